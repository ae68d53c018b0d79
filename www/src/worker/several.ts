/**
 * Several sequence files as one set. Each is read by itself first: so every notice names its own file and line, and a
 * file that cannot be read costs no other. Then all of them are read as one stream, which is what the engine holds.
 */
import { CrossgrainError, toNotice } from "../error";
import { sequenceFormat } from "../files/format";
import { isGzip, peek } from "../files/peek";
import type { Notice, ReadRequest, SequencesReport } from "../protocol";

/** A file with its name. */
export interface NamedBlob {
  name: string;
  blob: Blob;
}

/** Records of several files; those that had the same id in two of them have names of their own. */
export interface SetReport extends SequencesReport {
  /** The ids as the files have them, where some had to be distinguished. */
  given?: readonly string[];
}

/** Reads one file: the engine's reader. */
type Read = (blob: Blob, request: ReadRequest) => Promise<SequencesReport>;

/**
 * Reads the files in the order of their names.
 *
 * Codes: those of the reader if no file can be read; `sequences.mixed_kinds`, `sequences.mixed_formats`,
 * `sequences.not_joined`.
 */
export async function readSeveral(files: readonly NamedBlob[], request: ReadRequest, read: Read): Promise<SetReport> {
  const sorted = files.toSorted((a, b) => new Intl.Collator("en", { numeric: true }).compare(a.name, b.name));
  const readable: { file: NamedBlob; report: SequencesReport }[] = [];
  const refused: Notice[] = [];
  for (const file of sorted) {
    try {
      readable.push({ file, report: await read(file.blob, { ...request, name: file.name }) });
    } catch (thrown) {
      const notice = toNotice(thrown);
      if (notice.code.startsWith("engine.")) throw thrown;
      refused.push({ ...notice, where: { ...notice.where, file: file.name } });
    }
  }
  const [first] = refused;
  if (readable.length === 0 && first !== undefined) throw new CrossgrainError(first);
  const parts = readable.filter(({ report }) => report.count > 0);
  const used = parts.length === 0 ? readable.slice(0, 1) : parts;
  sameKind(used);
  const reports = readable.map(({ report }) => report);
  const blob = await joined(used.map(({ file }) => file));
  const whole = await read(blob, { ...request, name: sorted.map(({ name }) => name).join(", ") });
  const wanted = used.reduce((sum, { report }) => sum + report.count, 0);
  if (whole.count !== wanted) throw notJoined(whole.count, wanted);
  const { ids, renamed } = distinct(used.map(({ file, report }) => ({ name: file.name, ids: report.ids })));
  const files_ = used.flatMap(({ file, report }) => report.ids.map(() => file.name));
  const doubled: Notice[] = renamed.map(({ id, name, file }) => ({
    code: "sequences.same_id_in_two_files",
    message: `another file has a record with the same id; this one is called ${name}`,
    where: { file, record: id },
    hint: "nothing to do: labels that are given for the id are used for both",
  }));
  return {
    ...whole,
    ids,
    descriptions: used.flatMap(({ report }) => report.descriptions),
    fields: [...whole.fields.filter(({ name }) => name !== "file"), { name: "file", values: files_ }],
    gzip: reports.some(({ gzip }) => gzip),
    warnings: [...reports.flatMap(({ warnings }) => warnings), ...doubled],
    warningsOmitted: reports.reduce((sum, { warningsOmitted }) => sum + warningsOmitted, 0),
    refusals: [...refused, ...reports.flatMap(({ refusals }) => refusals)],
    refusalsOmitted: reports.reduce((sum, { refusalsOmitted }) => sum + refusalsOmitted, 0),
    ...(renamed.length > 0 ? { given: whole.ids } : {}),
  };
}

/** Ids that occur in two files get the file's name in front: `region001:ctg1_5`. */
export function distinct(files: readonly { name: string; ids: readonly string[] }[]): {
  ids: string[];
  renamed: { id: string; name: string; file: string }[];
} {
  const owners = new Map<string, number>();
  for (const { ids } of files) for (const id of new Set(ids)) owners.set(id, (owners.get(id) ?? 0) + 1);
  const taken = new Set(owners.keys());
  const renamed: { id: string; name: string; file: string }[] = [];
  const ids = files.flatMap(({ name: file, ids }) => {
    const names = new Map<string, string>();
    return ids.map((id) => {
      if ((owners.get(id) ?? 0) < 2) return id;
      const known = names.get(id);
      if (known !== undefined) return known;
      const stem = `${file.replace(/(\.\w{1,8})?(\.gz)?$/i, "")}:${id}`;
      let name = stem;
      for (let at = 2; taken.has(name); at += 1) name = `${stem} (${at})`;
      taken.add(name);
      names.set(id, name);
      renamed.push({ id, name, file });
      return name;
    });
  });
  return { ids, renamed };
}

function sameKind(parts: readonly { file: NamedBlob; report: SequencesReport }[]): void {
  const [first] = parts;
  const other = parts.find(({ report }) => report.kind !== first?.report.kind);
  if (first === undefined || other === undefined) return;
  throw new CrossgrainError({
    code: "sequences.mixed_kinds",
    message: `${first.file.name} holds ${first.report.kind} sequences and ${other.file.name} ${other.report.kind} sequences`,
    where: { file: other.file.name },
    hint: "give the files of one kind at a time; both embeddings stay listed and can be joined",
  });
}

/** All files as one, with a line end between them. If one is gzip, all become gzip, whose parts may follow one another. */
async function joined(files: readonly NamedBlob[]): Promise<Blob> {
  if (files.length === 1) return files[0]?.blob ?? new Blob();
  const formats = await Promise.all(files.map(async ({ blob }) => sequenceFormat(await peek(blob))));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other >= 0)
    throw new CrossgrainError({
      code: "sequences.mixed_formats",
      message: `${files[0]?.name ?? ""} and ${files[other]?.name ?? ""} are written in two formats, so they cannot be one set`,
      where: { file: files[other]?.name ?? "" },
      hint: "give the files of one format at a time, or convert them to FASTA",
    });
  const packed = await Promise.all(files.map(({ blob }) => isGzip(blob)));
  if (!packed.includes(true)) return new Blob(files.flatMap(({ blob }) => [blob, "\n"]));
  const line = await gzip(new Blob(["\n"]));
  const parts = files.map(async ({ blob }, at) => (packed[at] === true ? blob : gzip(blob)));
  return new Blob((await Promise.all(parts)).flatMap((blob) => [blob, line]));
}

function gzip(blob: Blob): Promise<Blob> {
  return new Response(blob.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

function notJoined(found: number, wanted: number): CrossgrainError {
  return new CrossgrainError({
    code: "sequences.not_joined",
    message: `the files hold ${wanted} records one by one and ${found} as one set`,
    hint: "give the files one at a time, or put them into one file",
  });
}
