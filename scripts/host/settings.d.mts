// Types of settings.mjs, for the UI tests.

export const quietSettings: Readonly<Record<string, unknown>>;
export const themes: Readonly<Record<"light" | "dark" | "contrast" | "contrastLight", string>>;
