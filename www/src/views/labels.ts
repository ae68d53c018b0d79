/** Names of model families and licences for people. */
import { FAMILIES } from "../protocol";

/** The name of a family; its id if the engine does not know it. */
export function familyName(id: string): string {
  return FAMILIES.find((family) => family.id === id)?.name ?? id;
}

/** `CC-BY-NC-SA-4.0` → `CC BY-NC-SA 4.0`. */
export function licenceName(licence: string): string {
  const creative = licence.match(/^CC-(BY[A-Z-]*)-(\d.*)$/);
  if (creative !== null) return `CC ${creative[1]} ${creative[2]}`;
  return licence === "not stated" ? "licence not stated" : licence;
}

/** The conditions of a licence beyond naming the authors. */
export function licenceTerms(licence: string): string {
  if (licence === "not stated") return "not stated: look where the model is published before you use it";
  const parts = [
    ...(licence.includes("-NC") ? ["not for commercial use"] : []),
    ...(licence.includes("-SA") ? ["derived works under the same terms"] : []),
  ];
  return parts.length === 0 ? licenceName(licence) : `${licenceName(licence)}: ${parts.join(", ")}`;
}
