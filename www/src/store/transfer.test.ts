import { expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import type { Progress } from "../progress";
import { Receiver } from "./incoming";
import { PATIENCE, transfer, type Patience, type Wanted } from "./transfer";

const BODY = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const VERSION = '"v1"';

/** What a server does with one request. */
interface Step {
  /** Bytes that it sends before the connection is torn; all of them without it. */
  cutAfter?: number;
  status?: number;
  headers?: Record<string, string>;
  /** It answers nothing, or nothing more after the first bytes. */
  silent?: boolean;
  /** The request fails before any answer. */
  refused?: boolean;
  /** Ranges are ignored. */
  whole?: boolean;
  body?: Uint8Array<ArrayBuffer>;
  etag?: string | null;
}

/** Stubs the network with one step for each request, and answers the headers of the requests. */
function server(steps: Step[]): Headers[] {
  const asked: Headers[] = [];
  vi.stubGlobal("fetch", (_: string, options: RequestInit) => {
    const headers = new Headers(options.headers);
    const step = steps[asked.length] ?? {};
    asked.push(headers);
    if (step.refused === true) return Promise.reject(new TypeError("Failed to fetch"));
    const stopped = new Promise<never>((_, reject) =>
      options.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))),
    );
    if (step.silent === true && step.cutAfter === undefined) return stopped;
    const { body = BODY, status, etag = VERSION } = step;
    const matches = headers.get("If-Range") === null || headers.get("If-Range") === etag;
    const from = step.whole === true || !matches ? 0 : Number(/^bytes=(\d+)-$/.exec(headers.get("Range") ?? "")?.[1] ?? 0);
    const sent = body.subarray(from, step.cutAfter === undefined ? body.length : from + step.cutAfter);
    const stream = new ReadableStream({
      start: (controller) => {
        controller.enqueue(sent);
        if (step.silent === true) void stopped.catch((error: unknown) => controller.error(error));
        else if (step.cutAfter === undefined) controller.close();
        // The bytes are read before the connection breaks.
        else setTimeout(() => controller.error(new TypeError("network error")), 5);
      },
    });
    const range: Record<string, string> = from > 0 ? { "Content-Range": `bytes ${from}-${body.length - 1}/${body.length}` } : {};
    const version: Record<string, string> = etag === null ? {} : { ETag: etag };
    return Promise.resolve(
      new Response(stream, {
        status: status ?? (from > 0 ? 206 : 200),
        headers: { "Content-Length": String(body.length - from), ...range, ...version, ...step.headers },
      }),
    );
  });
  return asked;
}

const quick: Patience = { ...PATIENCE, silentMs: 40, waitsMs: [1, 2, 4] };
const wanted: Wanted = {
  url: "https://hub/w",
  file: "w",
  pinned: false,
  mostBytes: 5000,
  tooLarge: () => new CrossgrainError({ code: "hub.too_large", message: "", hint: "" }),
  refusal: (status) => new CrossgrainError({ code: `refused.${status}`, message: "", hint: "" }),
};

async function fetched(want: Partial<Wanted> = {}, patience = quick): Promise<{ bytes: Uint8Array; notes: Progress[] }> {
  const notes: Progress[] = [];
  const receiver = await Receiver.open(null, "w");
  const watcher = { onProgress: (one: Progress) => void notes.push(one), onRequest: () => undefined, signal: new AbortController().signal };
  await transfer({ ...wanted, ...want }, receiver, watcher, patience);
  return { bytes: new Uint8Array(await (await receiver.finish()).arrayBuffer()), notes };
}

test("a connection that breaks again and again: every byte once, each request for the rest alone", async () => {
  const asked = server([{ cutAfter: 100 }, { cutAfter: 300 }, { cutAfter: 599 }]);
  expect((await fetched()).bytes).toEqual(BODY);
  expect(asked.map((headers) => headers.get("Range"))).toEqual([null, "bytes=100-", "bytes=400-", "bytes=999-"]);
  expect(asked.map((headers) => headers.get("If-Range"))).toEqual([null, VERSION, VERSION, VERSION]);
});

test("100 cuts at any places give the same bytes", async () => {
  let seed = 1;
  const steps = Array.from({ length: 100 }, () => ({ cutAfter: 1 + ((seed = (seed * 48271) % 2147483647) % 9) }));
  const asked = server(steps);
  expect((await fetched({}, { ...quick, waitsMs: [0] })).bytes).toEqual(BODY);
  expect(asked.length).toBe(101);
});

test("a file that changed on the hub, or a hub without ranges: it comes from its beginning", async () => {
  const other = BODY.map((byte) => 255 - byte);
  server([{ cutAfter: 100 }, { body: other, etag: '"v2"' }]);
  expect((await fetched()).bytes).toEqual(other);
  server([{ cutAfter: 100 }, { whole: true }]);
  expect((await fetched()).bytes).toEqual(BODY);
});

test("without a version only the address of a commit is gone on with", async () => {
  const moving = server([{ cutAfter: 100, etag: null }, { etag: null }]);
  expect((await fetched()).bytes).toEqual(BODY);
  expect(moving[1]?.get("Range")).toBeNull();
  const commit = server([{ cutAfter: 100, etag: null }, { etag: null }]);
  expect((await fetched({ pinned: true })).bytes).toEqual(BODY);
  expect(commit[1]?.get("Range")).toBe("bytes=100-");
});

test("a hub that does not allow If-Range is asked without it", async () => {
  const asked = server([{ cutAfter: 100 }, { refused: true }, {}]);
  expect((await fetched()).bytes).toEqual(BODY);
  expect(asked.map((headers) => [headers.get("Range"), headers.get("If-Range")])).toEqual([
    [null, null],
    ["bytes=100-", VERSION],
    ["bytes=100-", null],
  ]);
});

test("without If-Range and without a version in the answer, a moving address is not gone on with", async () => {
  const asked = server([{ cutAfter: 100 }, { refused: true }, { etag: null }, {}]);
  expect((await fetched()).bytes).toEqual(BODY);
  expect(asked.map((headers) => headers.get("Range"))).toEqual([null, "bytes=100-", "bytes=100-", null]);
});

test("another part than was asked for is dropped, and refused if it happens again", async () => {
  const wrong: Step = { status: 206, whole: true, headers: { "Content-Range": "bytes 0-999/1000" } };
  server([{ cutAfter: 100 }, wrong, {}]);
  expect((await fetched()).bytes).toEqual(BODY);
  server([{ status: 206 }]);
  await expect(fetched()).rejects.toMatchObject({ code: "hub.wrong_range" });
});

test.each([429, 500, 502, 503, 504, 408])("status %i is tried again, after the wait that the hub asks for", async (status) => {
  server([{ status, headers: { "Retry-After": "0" } }, {}]);
  const { bytes, notes } = await fetched();
  expect(bytes).toEqual(BODY);
  expect(notes[0]?.note).toContain(`the hub answered with status ${status} for w and asks to wait`);
});

test("a wait that is too long is reported and not waited for", async () => {
  for (const wait of ["3600", new Date(Date.now() + 3600_000).toUTCString()]) {
    const asked = server([{ status: 429, headers: { "Retry-After": wait } }]);
    await expect(fetched()).rejects.toMatchObject({ code: "hub.network", message: expect.stringMatching(/asks to wait \d/) as unknown });
    expect(asked).toHaveLength(1);
  }
});

test.each([401, 403, 404, 410, 204])("status %i is final", async (status) => {
  const asked = server([{ status, ...(status === 204 ? { body: undefined } : {}) }]);
  if (status === 204) vi.stubGlobal("fetch", () => (asked.push(new Headers()), Promise.resolve(new Response(null, { status }))));
  await expect(fetched()).rejects.toMatchObject({ code: `refused.${status}` });
  expect(asked).toHaveLength(1);
});

test("tries end: the last failure is reported", async () => {
  const asked = server(Array.from({ length: 9 }, () => ({ refused: true })));
  await expect(fetched()).rejects.toMatchObject({ code: "hub.network" });
  expect(asked).toHaveLength(4);
});

test("no answer, silence in the middle and a slow drip are broken connections", async () => {
  server([{ silent: true }, { silent: true, cutAfter: 100 }, {}]);
  expect((await fetched()).bytes).toEqual(BODY);
  server(Array.from({ length: 9 }, () => ({ silent: true })));
  await expect(fetched()).rejects.toMatchObject({ code: "hub.timeout" });
  server(Array.from({ length: 9 }, () => ({})));
  await expect(fetched({}, { ...quick, slowMs: 0, slowBytes: 1e6 })).rejects.toMatchObject({ code: "hub.timeout" });
});

test("a file that is larger than it can be is refused while it arrives", async () => {
  const asked = server([{ body: new Uint8Array(6000), headers: { "Content-Length": "0" } }]);
  await expect(fetched()).rejects.toMatchObject({ code: "hub.too_large" });
  expect(asked).toHaveLength(1);
});
