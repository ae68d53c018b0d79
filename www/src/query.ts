/**
 * Conditions on the columns: `length > 100 AND (family = "Snaclec family" OR NOT tm is missing)`.
 *
 * ```
 * condition = both { OR both }        both = one { AND one }        one = [NOT] ( "(" condition ")" | test )
 * test     = column ( = | != | < | <= | > | >= | contains ) value  |  column is [not] missing  |  text
 * ```
 *
 * Words that are no test are searched in ids, descriptions and labels. AND, OR and NOT are written in capitals; what
 * has blanks stands in quotes. Text is compared in any case, numbers as numbers.
 */
import { numbersOf } from "./colour/type";

/** A column that can be asked. */
export interface Asked {
  name: string;
  values: readonly (string | null)[];
}

/** Why a condition cannot be read. */
export class QueryError extends Error {}

type Test = (record: number) => boolean;
type Word = { text: string; quoted: boolean };

const OPERATORS = ["<=", ">=", "!=", "=", "<", ">", "contains", "is"];

/** Whether a text is a condition and not only words to be searched. */
export function isCondition(text: string): boolean {
  return words(text).some(({ text: word, quoted }) => !quoted && (/^(AND|OR|NOT)$/.test(word) || (OPERATORS.includes(word) && word !== "is") || word === "missing"));
}

/**
 * The records of `count` that meet a condition. `holds` says whether a record holds a text.
 *
 * Throws a `QueryError` with a sentence for the user.
 */
export function answer(text: string, count: number, columns: readonly Asked[], holds: (record: number, text: string) => boolean): number[] {
  const test = new Parser(words(text), columns, holds).whole();
  return Array.from({ length: count }, (_, record) => record).filter(test);
}

class Parser {
  readonly #words: readonly Word[];
  readonly #columns: readonly Asked[];
  readonly #holds: (record: number, text: string) => boolean;
  #at = 0;

  constructor(given: readonly Word[], columns: readonly Asked[], holds: (record: number, text: string) => boolean) {
    this.#words = given;
    this.#columns = columns;
    this.#holds = holds;
  }

  whole(): Test {
    const test = this.#either();
    const rest = this.#words[this.#at];
    if (rest !== undefined) throw new QueryError(`“${rest.text}” was not expected; join tests with AND or OR.`);
    return test;
  }

  #either(): Test {
    const tests = [this.#both()];
    while (this.#took("OR")) tests.push(this.#both());
    return (record) => tests.some((test) => test(record));
  }

  #both(): Test {
    const tests = [this.#one()];
    while (this.#took("AND")) tests.push(this.#one());
    return (record) => tests.every((test) => test(record));
  }

  #one(): Test {
    if (this.#took("NOT")) {
      const test = this.#one();
      return (record) => !test(record);
    }
    if (!this.#took("(")) return this.#test();
    const test = this.#either();
    if (!this.#took(")")) throw new QueryError("A closing parenthesis is missing.");
    return test;
  }

  #test(): Test {
    const first = this.#word("a column or a word");
    const operator = this.#words[this.#at];
    if (operator === undefined || operator.quoted || !OPERATORS.includes(operator.text)) return this.#text(first.text);
    this.#at += 1;
    const column = this.#column(first.text);
    if (operator.text === "is") return this.#missing(column);
    const wanted = this.#word(`a value after ${operator.text}`).text;
    return compared(column, operator.text, wanted);
  }

  /** Words that follow one another are one text. */
  #text(first: string): Test {
    const found = [first];
    for (let next = this.#words[this.#at]; next !== undefined && !isReserved(next); next = this.#words[this.#at]) {
      found.push(next.text);
      this.#at += 1;
    }
    const text = found.join(" ");
    return (record) => this.#holds(record, text);
  }

  #missing({ values }: Asked): Test {
    const not = this.#took("not") || this.#took("NOT");
    if (!this.#took("missing")) throw new QueryError("After “is” stands “missing” or “not missing”.");
    return (record) => ((values[record] ?? null) === null) !== not;
  }

  #column(name: string): Asked {
    const lower = name.toLowerCase();
    const found = this.#columns.find((one) => one.name.toLowerCase() === lower);
    if (found !== undefined) return found;
    const names = this.#columns.map((one) => (/\s/.test(one.name) ? `"${one.name}"` : one.name));
    throw new QueryError(`There is no column “${name}”. The columns are ${names.join(", ")}.`);
  }

  #word(what: string): Word {
    const word = this.#words[this.#at];
    if (word === undefined || (!word.quoted && /^(AND|OR|NOT|[()])$/.test(word.text))) throw new QueryError(`The condition lacks ${what}.`);
    this.#at += 1;
    return word;
  }

  #took(text: string): boolean {
    const word = this.#words[this.#at];
    if (word === undefined || word.quoted || word.text !== text) return false;
    this.#at += 1;
    return true;
  }
}

function isReserved({ text, quoted }: Word): boolean {
  return !quoted && /^(AND|OR|NOT|[()])$/.test(text);
}

/** Numbers where column and value are numbers, else text in any case, blanks and `_` alike. A missing value answers no test. */
function compared({ name, values }: Asked, operator: string, wanted: string): Test {
  const same = (text: string): string => text.toLowerCase().replaceAll("_", " ");
  const [numbers, number] = [numbersOf(values), numbersOf([wanted])?.[0]];
  const value = (record: number): string | null => values[record] ?? null;
  if (operator === "contains") return (record) => same(value(record) ?? "").includes(same(wanted));
  const numeric = numbers !== null && number !== undefined;
  if (operator === "=" || operator === "!=")
    return (record) => {
      const own = value(record);
      if (own === null) return false;
      return (numeric ? numbers[record] === number : same(own) === same(wanted)) === (operator === "=");
    };
  if (!numeric) throw new QueryError(numbers === null ? `The column “${name}” holds no numbers.` : `“${wanted}” is no number.`);
  // A missing number is NaN, which is neither smaller nor larger.
  const of = (record: number): number => numbers[record] ?? Number.NaN;
  if (operator === "<") return (record) => of(record) < number;
  if (operator === "<=") return (record) => of(record) <= number;
  if (operator === ">") return (record) => of(record) > number;
  return (record) => of(record) >= number;
}

/** Words, quoted texts, operators and parentheses. */
function words(text: string): Word[] {
  return Array.from(text.matchAll(/"([^"]*)"|(<=|>=|!=|[=<>()])|([^\s"=<>()!]+|!)/g), ([, quoted, mark, word]) => ({
    text: quoted ?? mark ?? word ?? "",
    quoted: quoted !== undefined,
  }));
}
