/** What turns words into another language; JupyterLab's bundles do. `%1`, `%2` … stand for the values. */
export interface ITrans {
  __(words: string, ...values: unknown[]): string;
}

/** Leaves words as they are. */
export const ENGLISH: ITrans = {
  __: (words, ...values) =>
    words.replace(/%(\d)/g, (whole, place) =>
      String(values[Number(place) - 1] ?? whole)
    )
};
