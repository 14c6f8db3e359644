// What of a struct's diagrams is lit during a run, as plain data.

/** What is lit after one step. */
export interface LitState {
  /** Id of the state in the life diagram; null as long as no step has taken a transition. */
  readonly node: string | null;
  /** Index of the transition that the step belongs to; null for a step between transitions. */
  readonly edge: number | null;
  /** Ids of the nodes of the structure diagram whose objects were changed last, by this step or one before; before the first change the struct's own. */
  readonly objects: readonly string[];
}
