import fc from "fast-check";

// A gate has to say the same of the same code, so that CI draws the same examples each time. Everywhere else
// they are new in every run: that is how a property finds what nobody thought of. A failing one becomes a test.
const seed = process.env.FC_SEED ?? (process.env.CI ? "20261121" : undefined);
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
