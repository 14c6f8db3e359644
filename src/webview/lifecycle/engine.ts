// mermaid with what the first drawing needs of it: imported together, they are fetched side by side, and not each only when the one before has run.
import "mermaid-part:dagre";
import "mermaid-part:stateDiagram-v2";

export { default } from "mermaid";
