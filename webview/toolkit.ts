/** The webview UI toolkit's controls that the page uses: a script of its own (controls.ts). */
import { provideVSCodeDesignSystem, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';

provideVSCodeDesignSystem().register(vsCodeCheckbox());
