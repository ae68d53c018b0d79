import { expect, test } from "vitest";
import { classify } from "./classify";
import { sequenceFormat } from "./format";
import type { Role } from "./role";

const vector = (header: string, cells = 3): string => `id,${header}\np1,${Array(cells).fill("0.5").join(",")}\n`;

test.each<[string, string, Role]>([
  ["a.fasta", ">p1 family=a\nMKT\n", "sequences"],
  ["a.faa.gz", ">p1\nMKT\n", "sequences"],
  ["a.txt", "\ufeff>p1\nMKT\n", "sequences"],
  ["r.gbk", "LOCUS       BGC0000001  100 bp\n", "sequences"],
  ["r.embl", "ID   X56734; SV 1;\n", "sequences"],
  ["hits.domtblout", "#                                                                            --- full sequence ---\n# target name\n", "sequences"],
  ["d.tsv", "c1\tPF00668;PF00550\nc2\tPF00501\n", "sequences"],
  ["d.tsv", "id\tdomains\nc1\tPF00668;PF00550\n", "sequences"],
  ["d.tsv", "c1\tCondensation;PP-binding\nc2\tAMP-binding\nc3\tAMP-binding;TE\n", "sequences"],
  ["features.tsv", "sequence_id\tprotein_id\tstart\tend\tstrand\tdomain\thmm\nc1\tc1_1\t1\t9\t+\tPF00668\tPfam\n", "sequences"],
  ["a.pfam.tsv", "sequence_id\tprotein_id\tpfam_id\nc1\tc1_1\tPF00668\n", "sequences"],
  ["i.tsv", `p1\t${"0a".repeat(16)}\t120\tPfam\tPF00042\tGlobin\t7\t107\t1e-20\tT\t01-01-2024\n`, "sequences"],
  ["several.tsv", "id\tclasses\np1\ta;b\np2\tb\n", "labels"],
  ["paper.pdf", "%PDF-1.7\n", "sequences"],
  ["x.json", '{"a": 1}', "sequences"],
  ["bare.txt", "MKTAYIAKQR\n", "sequences"],
  ["l.tsv", "id\tfamily\np1\tglobin\n", "labels"],
  ["l.csv", "id,family,tm\np1,globin,51.2\np2,,\n", "labels"],
  ["l.txt", '"id";"family"\n"p1";"globin"\n', "labels"],
  ["scores.csv", "id,tm,length\np1,51.2,120\np2,48,77\n", "labels"],
  ["l.csv", "# made by a script\nid,family\np1,globin\n", "labels"],
  ["pfam.tsv", "id\tpfam\tfamily\np1\tPF00042\tglobin\n", "labels"],
  ["v.csv", vector("d0,d1,d2"), "vectors"],
  ["v.csv", vector("dim_0,dim_1,dim_2"), "vectors"],
  ["v.csv", vector("0,1,2"), "vectors"],
  ["v.csv", vector(Array.from({ length: 20 }, (_, at) => `n${at}x`).join(","), 20), "vectors"],
  ["v.tsv", "1.1\t-2.3\t0.5\t4\n0.2\t2.5\t1e-3\t0.1\n", "vectors"],
  ["v.csv", "w1;1,1;-2,3;0,5\nw2;4,7;4,9;4,5\n", "vectors"],
  ["v.csv", "id,Tm,pH,score\np1,51.2,7.5,0.1\np2,49.5,7.1,0.4\n", "labels"],
  ["v.safetensors", `x       {"__metadata__":{"format":"x","ids":"[${'\\"a\\",'.repeat(9000)}`, "vectors"],
  ["v.npy", "\ufffdNUMPY\u0001", "vectors"],
  ["v.safetensors", `x       {"__metadata__":{"device":"{\\"kind\\":\\"cpu\\"}","ids":"[${'\\"a\\",'.repeat(9000)}`, "vectors"],
  ["v.csv.json", '{\n  "tool": "crossgrain",\n  "version": "1.0.0"', "methods"],
  ["v.safetensors", 'x       {"__metadata__":{"ids":"[]"},"layer_6":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]}}', "vectors"],
  ["v.safetensors", 'x       {"0/layer_6":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]}}', "vectors"],
  ["v.safetensors", 'x       {"embeddings":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]}}', "vectors"],
  ["model.safetensors", 'x       {"esm.embeddings.word_embeddings.weight":{"dtype":"F32","shape":[33,4],"data_offsets":[0,48]}}', "model"],
  ["config.json", '{"model_type": "esm"}', "model"],
  ["vocab.txt", "<cls>\n<pad>\n", "model"],
  ["bigcarp.pt", "PK\u0003\u0004", "model"],
  ["pytorch_model.bin.index.json", "{}", "model"],
])("%s beginning with %j is taken for %s", (name, start, role) => {
  expect(classify(name, start)).toBe(role);
});

test.each([
  [">a\nM", "fasta"],
  [";a\nM", "fasta"],
  ["LOCUS  x", "genbank"],
  ["a\tb\nc\td", "table"],
  ["%PDF", "other"],
  ["", "other"],
])("the format of %j is %s", (start, format) => {
  expect(sequenceFormat(start)).toBe(format);
});
