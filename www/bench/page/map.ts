/** The map of the page without the page: the same modules, on points of twelve clouds. */
import { looks } from "../../src/colour/looks";
import { DEFAULT_COLOURS } from "../../src/colour/settings";
import { colouring } from "../../src/grouping";
import { extentOf, project, type Camera } from "../../src/map/camera";
import { Places, type Point } from "../../src/map/places";
import { pointSet, radiusOf } from "../../src/map/point-set";
import { Raster, word } from "../../src/map/raster";

const [WIDTH, HEIGHT] = [1300, 780];
const PAPER = word("#ffffff");
const FRAMES = 120;

type Times = Record<string, number[]>;

/** Measures everything; times in milliseconds. */
async function measure(n: number): Promise<{ times: Times; inside: number; renderer: string }> {
  const points = clouds(n);
  const canvas = document.getElementById("map") as HTMLCanvasElement;
  [canvas.width, canvas.height] = [WIDTH * devicePixelRatio, HEIGHT * devicePixelRatio];
  canvas.style.width = `${WIDTH}px`;
  const context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  const column = colouring("label:cloud", "cloud", "label table", Array.from({ length: n }, (_, at) => `cloud ${at % 12}`));
  const numbers = colouring("label:number", "number", "label table", Array.from({ length: n }, (_, at) => String((points[2 * at] ?? 0) + 2)));
  const extent = extentOf(points);
  if (extent === null) throw new Error("no points");
  const raster = new Raster();
  const shown = (camera: Camera, set: ReturnType<typeof pointSet>): void => {
    const projection = project(extent, { width: WIDTH, height: HEIGHT }, camera);
    raster.draw(set, projection, devicePixelRatio, radiusOf(n, camera.zoom) * devicePixelRatio, PAPER);
    raster.show(context);
  };
  const classes = looks(column, n, DEFAULT_COLOURS, "light");
  const plain = pointSet(points, classes, [], [], "light");
  const draw = await frames((at) => shown(path(at), plain));

  const places = new Places(points);
  const outline = Array.from({ length: 64 }, (_, at): Point => [-0.65 + 0.42 * Math.cos((at / 32) * Math.PI), -0.65 + 0.42 * Math.sin((at / 32) * Math.PI)]);
  const timed = (work: () => void): number => {
    const start = performance.now();
    work();
    // Reading one pixel waits for everything that was only queued.
    context.getImageData(0, 0, 1, 1);
    return performance.now() - start;
  };
  let inside = 0;
  const whole = { x: 0, y: 0, zoom: 1 };
  const lasso: number[] = [];
  const recolour: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    lasso.push(
      timed(() => {
        const found = places.inLasso(outline, () => true);
        inside = found.length;
        shown(whole, pointSet(points, classes, [], found, "light"));
      }),
    );
    recolour.push(timed(() => shown(whole, pointSet(points, looks(turn % 2 === 0 ? numbers : column, n, DEFAULT_COLOURS, "light"), [], [], "light"))));
  }
  const hover: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const start = performance.now();
    places.nearest([points[2 * turn] ?? 0, points[2 * turn + 1] ?? 0], 0.02, () => true);
    hover.push(performance.now() - start);
  }
  const index = [performance.now()];
  new Places(points);
  index.push(performance.now());
  const gl = await webgl(points, n);
  return {
    times: {
      "pan and zoom: work of a frame": draw.work,
      "pan and zoom: between frames": draw.between,
      "lasso, with its picture": lasso,
      "another column, with its picture": recolour,
      "point under the pointer": hover,
      "index of the points (once a map)": [(index[1] ?? 0) - (index[0] ?? 0)],
      "WebGL in software: work of a frame": gl.work,
    },
    inside,
    renderer: gl.renderer,
  };
}

/** A walk that pans and zooms, out and in. */
function path(at: number): Camera {
  return { x: 0.2 * Math.sin(at / 20), y: 0.2 * Math.cos(at / 25), zoom: 1 + 4 * (1 - Math.cos(at / 30)) };
}

async function frames(draw: (at: number) => void): Promise<{ work: number[]; between: number[] }> {
  const [work, between]: [number[], number[]] = [[], []];
  let last = 0;
  for (let at = -10; at < FRAMES; at += 1) {
    const now = await new Promise<number>((done) => requestAnimationFrame(done));
    if (at > 0) between.push(now - last);
    last = now;
    const start = performance.now();
    draw(at);
    if (at >= 0) work.push(performance.now() - start);
  }
  return { work, between };
}

/** The same points as round sprites, which is what libraries for WebGL draw at least. */
async function webgl(points: Float32Array, n: number): Promise<{ work: number[]; renderer: string }> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH * devicePixelRatio, HEIGHT * devicePixelRatio];
  document.body.append(canvas);
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: false });
  if (gl === null) return { work: [Number.NaN], renderer: "no WebGL" };
  const program = gl.createProgram();
  const add = (type: number, source: string): void => {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  };
  add(gl.VERTEX_SHADER, "#version 300 es\nin vec2 p;uniform vec3 v;uniform float s;flat out int k;void main(){gl_Position=vec4((p-v.xy)*v.z,0.,1.);gl_PointSize=s;k=gl_VertexID%12;}");
  add(gl.FRAGMENT_SHADER, "#version 300 es\nprecision mediump float;flat in int k;out vec4 o;void main(){vec2 d=gl_PointCoord-.5;if(dot(d,d)>.25)discard;o=vec4(float(k)/12.,.4,.6,1.);}");
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, points, gl.STATIC_DRAW);
  const place = gl.getAttribLocation(program, "p");
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, 2, gl.FLOAT, false, 0, 0);
  gl.clearColor(1, 1, 1, 1);
  const pixel = new Uint8Array(4);
  const work: number[] = [];
  for (let at = 0; at < 30; at += 1) {
    const { x, y, zoom } = path(at);
    const start = performance.now();
    gl.uniform3f(gl.getUniformLocation(program, "v"), x, y, zoom);
    gl.uniform1f(gl.getUniformLocation(program, "s"), 2 * radiusOf(n, zoom) * devicePixelRatio);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.drawArrays(gl.POINTS, 0, n);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    work.push(performance.now() - start);
    await new Promise(requestAnimationFrame);
  }
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  return { work, renderer: names === null ? "WebGL" : String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)) };
}

/** Points of twelve clouds, the same every time. */
function clouds(n: number): Float32Array {
  let state = 1;
  const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  const near = (): number => (next() + next() + next() - 1.5) * 0.3;
  return Float32Array.from({ length: 2 * n }, (_, at) => {
    const cloud = (at >> 1) % 12;
    return (at % 2 === 0 ? (cloud % 4) / 1.6 - 0.95 : Math.floor(cloud / 4) / 1.2 - 0.8) + near();
  });
}

Object.assign(globalThis, { measure, ready: true });
