"""How the page for sequences is laid out, beside the rules of the playgrounds that it shares."""

SHEET = """
.dlf-pg .ps-main {display: grid; gap: 10px; margin: 0; overflow: visible; align-items: stretch;
  grid-template: "say inside learned" 1fr / 310px minmax(0, 1fr) 310px}
.dlf-pg .ps-say {grid-area: say}
.dlf-pg .ps-inside {grid-area: inside}
.dlf-pg .ps-learned {grid-area: learned; display: grid; gap: 8px 24px; align-content: start;
  grid-template-columns: minmax(0, 1fr)}
.dlf-pg .ps-half {margin: 0; overflow: visible; gap: 6px}
.dlf-pg .ps-half > .widget-html {overflow: visible; flex: 0 0 auto}
.dlf-pg .ps-main > .pg-panel > .widget-html {overflow: visible; flex: 0 0 auto}
.dlf-pg .ps-main p {margin: 4px 0 0; font-size: 12.5px; min-height: 36px;
  color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .ps-head {display: flex; justify-content: space-between; align-items: center; margin: 0;
  overflow: visible}
.dlf-pg .ps-head .pg-f {flex: 0 0 180px}
.dlf-pg .ps-scroll {overflow-x: auto; max-width: 100%}
.dlf-pg .ps-letters {border-collapse: collapse; font: 14px/20px var(--jp-code-font-family,
  ui-monospace, Menlo, Consolas, monospace)}
.dlf-pg .ps-letters :is(td, th) {padding: 0 3px; text-align: center; background: none; border: 0;
  font-weight: 400; min-width: 16px}
.dlf-pg .ps-letters th {font: 12px/20px var(--jp-ui-font-family, system-ui); text-align: left;
  color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .ps-letters .m td {color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .ps-letters b {font-weight: 700}
.dlf-pg .ps-letters s {color: #c85f00; text-decoration-thickness: 2px}
[data-jp-theme-light="false"] .dlf-pg .ps-letters s {color: #f28c28}
.dlf-pg .ps-writes {gap: 6px; margin: 0; overflow: visible}
.dlf-pg .ps-writes > .widget-html {overflow: visible; flex: 0 0 auto}
.dlf-pg .ps-names {margin: 0; padding: 0; list-style: none; columns: 2; height: 96px;
  font: 14px/24px var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace)}
.dlf-pg .ps-says {min-height: 110px}
.dlf-pg .ps-slopes:has(svg) {min-height: 246px}
.dlf-pg .ps-learned table {max-width: 284px}
.dlf-pg .ps-learned th {width: 74%}
.dlf-pg .ps-says svg, .dlf-pg .ps-slopes svg {display: block; overflow: visible}
.dlf-pg .ps-rolled .widget-html {overflow-x: auto; overflow-y: hidden}
.dlf-pg .ps-rolled svg {width: 100%; min-width: 860px; max-width: 1250px; height: auto}
.dlf-pg .ps-ink {VARIABLES}
[data-jp-theme-light="false"] .dlf-pg .ps-ink {DARKS}
.dlf-pg .ps-ink text {fill: var(--ink); font: 12px/1.3 var(--jp-ui-font-family, system-ui)}
.dlf-pg .ps-ink text.m {fill: var(--muted)}
.dlf-pg .ps-ink text.s {font-size: 11px}
@container (max-width: 1179px) {
  .dlf-pg .ps-main {grid-template: "say inside" auto "learned learned" auto / 310px minmax(0, 1fr)}
  .dlf-pg .ps-learned {grid-template-columns: repeat(2, minmax(0, 1fr))}
}
@container (max-width: 759px) {
  .dlf-pg .ps-main {grid-template: "say" auto "inside" auto "learned" auto / minmax(0, 1fr)}
  .dlf-pg .ps-learned {grid-template-columns: minmax(0, 1fr)}
}
"""
