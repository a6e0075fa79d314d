import type { PanelModel } from '../model';

/** One tab's contents. It is made when first shown, updated when a choice changed while it is shown. */
export interface View {
  readonly element: HTMLElement;
  update(): void;
  dispose(): void;
}

export type ViewFactory = (model: PanelModel) => View;

/** The stored open tables, as cards want them. */
export const openTables = (model: PanelModel) => ({
  has: (id: string) => model.openTables.has(id),
  set: (id: string, open: boolean) => model.setTableOpen(id, open),
});
