/** Every command of the extension. The manifest declares the same ones; a test compares the two. */
export const commandIds = {
  fit: 'mixlaw.fit',
  chooseColumns: 'mixlaw.chooseColumns',
  openFit: 'mixlaw.openFit',
  openExample: 'mixlaw.openExample',
  showLog: 'mixlaw.showLog',
} as const;

/** The only commands that links in hovers may run. */
export const hoverCommands: readonly string[] = [commandIds.openFit];
