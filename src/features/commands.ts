/** Every command of the extension. The manifest declares the same ones; a test compares the two. */
export const commandIds = {
  fit: 'mixlaw.fit',
  compare: 'mixlaw.compare',
  chooseColumns: 'mixlaw.chooseColumns',
  openFit: 'mixlaw.openFit',
  applyRecommended: 'mixlaw.applyRecommended',
  acceptPreview: 'mixlaw.acceptPreview',
  exportMixture: 'mixlaw.exportMixture',
  exportReport: 'mixlaw.exportReport',
  chooseFit: 'mixlaw.chooseFit',
  addAlias: 'mixlaw.addAlias',
  openExample: 'mixlaw.openExample',
  fitAgain: 'mixlaw.fitAgain',
  applyToFile: 'mixlaw.applyToFile',
  chooseFitForFile: 'mixlaw.chooseFitForFile',
  reveal: 'mixlaw.reveal',
  refreshExplorer: 'mixlaw.refreshExplorer',
  showLog: 'mixlaw.showLog',
} as const;

/** The only commands that links in hovers may run. */
export const hoverCommands: readonly string[] = [commandIds.openFit, commandIds.applyRecommended];

/** A link that runs a command, for Markdown that is trusted with it. */
export const commandLink = (command: string, ...args: readonly unknown[]): string =>
  `command:${command}?${encodeURIComponent(JSON.stringify(args))}`;
