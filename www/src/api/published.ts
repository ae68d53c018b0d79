/** The proof that `crossgrain.d.ts`, kept by hand, says what `api.ts` does: this file only has to type-check. */
import type * as published from "../../public/crossgrain";
import type * as actual from "../api";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Public<T> = { [K in keyof T]: T[K] };

/** Each pair is mutually assignable, or the tuple below is an error. */
export const agreement: [
  Same<Public<actual.Embedding>, published.Embedding>,
  Same<Public<actual.Crossgrain["device"]>, published.DeviceReport>,
  Same<Parameters<typeof actual.Crossgrain.create>, Parameters<typeof published.Crossgrain.create>>,
  Same<ReturnType<typeof actual.Crossgrain.models>, ReturnType<typeof published.Crossgrain.models>>,
  Same<Parameters<actual.Crossgrain["loadModel"]>, Parameters<published.Crossgrain["loadModel"]>>,
  Same<Parameters<actual.Model["embed"]>, Parameters<published.Model["embed"]>>,
  Same<Parameters<actual.Model["save"]>, Parameters<published.Model["save"]>>,
  Same<ReturnType<actual.Model["save"]>, ReturnType<published.Model["save"]>>,
  Same<typeof actual.Crossgrain.stored, typeof published.Crossgrain.stored>,
  Same<actual.Model["report"], published.ModelReport>,
  Same<ReturnType<actual.Crossgrain["close"]>, ReturnType<published.Crossgrain["close"]>>,
  Same<keyof actual.Crossgrain, keyof published.Crossgrain>,
  Same<keyof actual.Model, keyof published.Model>,
  Same<Public<actual.Analyses>, Public<published.Analyses>>,
  Same<Parameters<actual.Crossgrain["join"]>, Parameters<published.Crossgrain["join"]>>,
  Same<ReturnType<actual.Crossgrain["join"]>, ReturnType<published.Crossgrain["join"]>>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true];
