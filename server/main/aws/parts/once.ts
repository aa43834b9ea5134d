/** Made at the first use, then kept as long as the Lambda's instance lives. What failed is tried again at the next use. */
export function once<Made>(make: () => Made): () => Made {
  let kept: { made: Made } | null = null;
  return () => {
    if (kept !== null) return kept.made;
    const mine = { made: make() };
    kept = mine;
    if (mine.made instanceof Promise) {
      mine.made.catch(() => {
        if (kept === mine) kept = null;
      });
    }
    return mine.made;
  };
}

/** The same for each of some names, such as regions. */
export function onceEach<Made>(make: (name: string) => Made): (name: string) => Made {
  const kept = new Map<string, () => Made>();
  return (name) => {
    const made = kept.get(name) ?? once(() => make(name));
    kept.set(name, made);
    return made();
  };
}
