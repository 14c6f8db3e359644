// A small driver of nobody's as a patch, for whose functions no scenario is shipped.

const driver = [
  "#include <linux/slab.h>",
  "#include <linux/refcount.h>",
  "",
  "struct crate {",
  "\trefcount_t users;",
  "\tint filled;",
  "};",
  "",
  "void crate_fill(struct crate *crate)",
  "{",
  "\tcrate->filled = 1;",
  "}",
  "",
  "void crate_put(struct crate *crate)",
  "{",
  "\tif (refcount_dec_and_test(&crate->users))",
  "\t\tkfree(crate);",
  "}",
];
/** The body of the mail that brings it: a commit message, a diff of one new file, a signature. */
export const cratePatch = `A crate that is shared.

Signed-off-by: Ann <ann@example.org>
---
 drivers/crate.c | ${driver.length} ++
 1 file changed, ${driver.length} insertions(+)
 create mode 100644 drivers/crate.c

diff --git a/drivers/crate.c b/drivers/crate.c
new file mode 100644
index 000000000000..1111111111111111
--- /dev/null
+++ b/drivers/crate.c
@@ -0,0 +1,${driver.length} @@
${driver.map((line) => `+${line}`).join("\n")}
${"-- "}
2.43.0
`;
