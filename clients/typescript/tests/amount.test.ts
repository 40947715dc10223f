import { expect, test } from "vitest";
import { add, compare, format, isAmount, negate, subtract } from "../src/index.js";

test("sums are exact where a float would not be", () => {
  expect(add("0.10", "0.20")).toBe("0.30");
  expect(add("9999999999999.99", "-0.01")).toBe("9999999999999.98");
  expect(subtract("500000", "620000")).toBe("-120000");
  expect(negate("-1215000")).toBe("1215000");
  expect(compare("5", "5.00")).toBe(0);
  expect(compare("9007199254740.93", "9007199254740.92")).toBe(1);
});

test("what is no amount is refused", () => {
  for (const text of ["", "1e5", "1.234", "1,5", " 5", "NaN", "12345678901234"]) {
    expect(isAmount(text)).toBe(false);
    expect(() => add(text, "1")).toThrow(RangeError);
  }
});

test("people read them in their language", () => {
  expect(format("500000", "XOF")).toBe("500\u00a0000\u00a0XOF");
  expect(format("-1215000", "XOF")).toBe("-1\u00a0215\u00a0000\u00a0XOF");
  expect(format("1234.50", "EUR", "en")).toBe("1,234.50\u00a0EUR");
  expect(format("-0.05", "EUR")).toBe("-0,05\u00a0EUR");
});
