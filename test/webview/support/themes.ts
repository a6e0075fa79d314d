/** Stand-ins for VS Code's themes: the variables the page and its controls read, with values of our own choosing. */
export interface Theme {
  readonly id: 'light' | 'dark' | 'hc-dark' | 'hc-light';
  /** Classes VS Code puts on the body. */
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

interface Palette {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly widget: string;
  readonly border: string;
  readonly focus: string;
  readonly button: string;
  readonly buttonText: string;
  readonly secondary: string;
  readonly input: string;
  readonly link: string;
  readonly warning: string;
  readonly error: string;
  readonly hover: string;
  readonly contrastBorder?: string;
}

const variables = (p: Palette): Record<string, string> => ({
  '--vscode-font-family': "'DejaVu Sans', sans-serif",
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
  '--vscode-editor-font-family': "'DejaVu Sans Mono', monospace",
  '--vscode-editor-background': p.background,
  '--vscode-editor-foreground': p.foreground,
  '--vscode-foreground': p.foreground,
  '--vscode-descriptionForeground': p.muted,
  '--vscode-errorForeground': p.error,
  '--vscode-editorWarning-foreground': p.warning,
  '--vscode-editorWidget-background': p.widget,
  '--vscode-editorWidget-border': p.border,
  '--vscode-widget-border': p.border,
  '--vscode-focusBorder': p.focus,
  '--vscode-textLink-foreground': p.link,
  '--vscode-button-background': p.button,
  '--vscode-button-foreground': p.buttonText,
  '--vscode-button-hoverBackground': p.button,
  '--vscode-button-secondaryBackground': p.secondary,
  '--vscode-button-secondaryForeground': p.foreground,
  '--vscode-button-secondaryHoverBackground': p.hover,
  '--vscode-button-border': p.contrastBorder ?? 'transparent',
  '--vscode-input-background': p.input,
  '--vscode-input-foreground': p.foreground,
  '--vscode-input-placeholderForeground': p.muted,
  '--vscode-dropdown-background': p.input,
  '--vscode-dropdown-foreground': p.foreground,
  '--vscode-dropdown-border': p.border,
  '--vscode-settings-dropdownListBorder': p.border,
  '--vscode-settings-textInputBorder': p.border,
  '--vscode-checkbox-background': p.input,
  '--vscode-checkbox-foreground': p.foreground,
  '--vscode-checkbox-border': p.border,
  '--vscode-list-activeSelectionBackground': p.button,
  '--vscode-list-activeSelectionForeground': p.buttonText,
  '--vscode-list-hoverBackground': p.hover,
  '--vscode-toolbar-hoverBackground': p.hover,
  ...(p.contrastBorder ? { '--vscode-contrastBorder': p.contrastBorder } : {}),
});

export const themes: readonly Theme[] = [
  {
    id: 'light',
    bodyClass: 'vscode-light',
    variables: variables({
      background: '#ffffff', foreground: '#333333', muted: '#5f5f5f', widget: '#f5f5f5', border: '#cfcfcf',
      focus: '#0066bb', button: '#0066bb', buttonText: '#ffffff', secondary: '#e3e3e3', input: '#ffffff',
      link: '#0066bb', warning: '#946a00', error: '#b0200c', hover: '#ececec',
    }), // prettier-ignore
  },
  {
    id: 'dark',
    bodyClass: 'vscode-dark',
    variables: variables({
      background: '#1e1e1e', foreground: '#cccccc', muted: '#a0a0a0', widget: '#252526', border: '#454545',
      focus: '#0a84d8', button: '#0a6ebd', buttonText: '#ffffff', secondary: '#3a3d41', input: '#313131',
      link: '#4aa8ff', warning: '#d7b02a', error: '#f58b7e', hover: '#2d2e30',
    }), // prettier-ignore
  },
  {
    id: 'hc-dark',
    bodyClass: 'vscode-high-contrast',
    variables: variables({
      background: '#000000', foreground: '#ffffff', muted: '#ffffff', widget: '#0b0f19', border: '#70c5e0',
      focus: '#f0902a', button: '#000000', buttonText: '#ffffff', secondary: '#000000', input: '#000000',
      link: '#40b5ff', warning: '#ffe05a', error: '#ff9d8f', hover: '#1a1a1a', contrastBorder: '#70c5e0',
    }), // prettier-ignore
  },
  {
    id: 'hc-light',
    bodyClass: 'vscode-high-contrast-light vscode-high-contrast',
    variables: variables({
      background: '#ffffff', foreground: '#2a2a2a', muted: '#2a2a2a', widget: '#ffffff', border: '#104c88',
      focus: '#006dc8', button: '#104c88', buttonText: '#ffffff', secondary: '#ffffff', input: '#ffffff',
      link: '#0f4a85', warning: '#7a5200', error: '#b5200d', hover: '#f0f0f0', contrastBorder: '#104c88',
    }), // prettier-ignore
  },
];

export const themeById = (id: Theme['id']): Theme => themes.find((theme) => theme.id === id) as Theme;
