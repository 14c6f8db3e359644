// Parts of mermaid that scripts/page-bundle.mjs finds by their names; they are imported for being there.
declare module "mermaid-part:*";
