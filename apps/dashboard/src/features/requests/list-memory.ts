/** The list that a user came from. */
export interface SeenList {
  /** Filters and position, as the query of a URL. */
  readonly query: string;
  /** Ids of its rows, newest first. */
  readonly ids: readonly string[];
}

const keyOf = (projectId: string): string => `reqrun-list-${projectId}`;

/**
 * Remembers the list on the screen in this tab, for the way back and to its neighbors.
 *
 * @param projectId UUID of the project
 * @param list the list
 */
export function rememberList(projectId: string, list: SeenList): void {
  sessionStorage.setItem(keyOf(projectId), JSON.stringify(list));
}

/**
 * Returns the list that was on the screen of this tab last; null where there was none.
 *
 * @param projectId UUID of the project
 */
export function recallList(projectId: string): SeenList | null {
  const text = sessionStorage.getItem(keyOf(projectId));
  return text === null ? null : (JSON.parse(text) as SeenList);
}
