/**
 * Amounts are exact decimals with at most two digits after the point, and texts: `"500000"`, `"12.50"`. A binary float is never
 * made of them; sums are made of whole hundredths.
 */
export type Amount = string;

const FORM = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/;

/** Whether the text is an amount. */
export function isAmount(text: string): boolean {
  return FORM.test(text);
}

function hundredths(amount: Amount): bigint {
  const parts = FORM.exec(amount);
  if (!parts) throw new RangeError(`not an amount: ${JSON.stringify(amount)}`);
  const [, sign, whole = "0", rest = ""] = parts;
  const value = BigInt(whole) * 100n + BigInt(rest.padEnd(2, "0"));
  return sign ? -value : value;
}

function text(value: bigint, decimals: number): Amount {
  const size = value < 0n ? -value : value;
  const whole = `${value < 0n ? "-" : ""}${size / 100n}`;
  return decimals ? `${whole}.${String(size % 100n).padStart(2, "0")}` : whole;
}

const decimalsOf = (...amounts: Amount[]): number => (amounts.some((amount) => amount.includes(".")) ? 2 : 0);

/** The sum. Whether both are of one currency is the caller's to know. */
export function add(one: Amount, other: Amount): Amount {
  return text(hundredths(one) + hundredths(other), decimalsOf(one, other));
}

/** The difference. */
export function subtract(one: Amount, other: Amount): Amount {
  return text(hundredths(one) - hundredths(other), decimalsOf(one, other));
}

/** With the other sign. */
export function negate(amount: Amount): Amount {
  return text(-hundredths(amount), decimalsOf(amount));
}

/** Below 0 when the first is less, 0 when both are equal (`5` and `5.00` are), above 0 when it is more. */
export function compare(one: Amount, other: Amount): number {
  const difference = hundredths(one) - hundredths(other);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** For people: `500 000 XOF`, the spaces unbreakable; in French unless another language is asked for. */
export function format(amount: Amount, currency: string, language = "fr"): string {
  const value = hundredths(amount);
  const size = value < 0n ? -value : value;
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(size / 100n);
  const point = new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
  const rest = amount.includes(".") ? `${point}${String(size % 100n).padStart(2, "0")}` : "";
  return `${value < 0n ? "-" : ""}${whole}${rest}\u00a0${currency}`.replaceAll("\u202f", "\u00a0");
}
