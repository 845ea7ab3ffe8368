import { expect, it, vi } from "vitest";

vi.stubGlobal("document", { documentElement: {} });

it.each([
  [["en-GB"], "en-GB-u-ca-gregory-nu-latn"],
  [["ar-SA"], "ar-SA-u-ca-gregory-nu-latn"],
  [["ar-SA-u-ca-islamic"], "ar-SA-u-ca-gregory-nu-latn"],
  [["ja-JP", "de-AT"], "de-AT-u-ca-gregory-nu-latn"],
  [["ja-JP"], "en-u-ca-gregory-nu-latn"],
])("readers of %j get the locale %s", async (languages, expected) => {
  vi.stubGlobal("navigator", { languages });
  vi.resetModules();
  const { locale } = await import("./locale");
  expect(locale).toBe(expected);
});
