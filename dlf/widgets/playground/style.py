"""How the playground is laid out: one sheet of style rules, in which colors are Jupyter's own.

The layout follows the width of the place it stands in, not that of the page: JupyterLab's side bar
takes its share. Numbers have fixed widths and every row a fixed height, so nothing moves while it
trains.
"""

SHEET = """
.dlf-pg {container-type: inline-size; overflow: visible; padding: 2px 4px 12px; gap: 6px;
  color: var(--jp-ui-font-color1, #16191d); font: 13px/1.4 var(--jp-ui-font-family, system-ui);
  --pg-line: color-mix(in srgb, var(--jp-ui-font-color1, #16191d) 14%, transparent);
  --pg-face: color-mix(in srgb, var(--jp-ui-font-color1, #16191d) 4%, transparent);
  --pg-blue: var(--jp-brand-color1, #0877bd)}
.dlf-pg * {box-sizing: border-box}
.dlf-pg .widget-html, .dlf-pg .widget-html-content {margin: 0; line-height: 1.4; height: auto;
  font-size: inherit; min-width: 0}
.dlf-pg > .widget-html:empty, .dlf-pg .pg-none {display: none}
.dlf-pg .jupyter-button {margin: 0; height: 30px; line-height: 28px; border-radius: 5px;
  padding: 0 6px; border: 1px solid var(--pg-line); background-color: var(--pg-face);
  box-shadow: none;
  color: inherit; font-size: 13px; min-width: 0}
.dlf-pg .jupyter-button:hover:enabled {border-color: var(--pg-blue)}
.dlf-pg .jupyter-button:disabled {opacity: 0.45}
.dlf-pg .jupyter-button:focus-visible, .dlf-pg select:focus-visible,
.dlf-pg input:focus-visible, .dlf-pg textarea:focus-visible {
  outline: 2px solid var(--pg-blue) !important; outline-offset: 1px}     /* ipywidgets wants none */
.dlf-pg .noUi-handle:focus-visible {outline: 3px solid var(--pg-blue); outline-offset: 2px}
.dlf-pg h3 {margin: 0; padding: 0; font-size: 14px; font-weight: 650; line-height: 24px}
.dlf-pg .pg-muted {color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pg-panel {overflow: visible; border: 1px solid var(--pg-line); border-radius: 8px;
  padding: 8px 12px 10px; margin: 0; gap: 6px; min-width: 0}

/* a field: its name and its value above, the control below */
.dlf-pg .pg-f {display: grid; grid-template-columns: 1fr auto; align-items: center; margin: 0;
  width: auto; height: 44px; min-width: 0; row-gap: 0; overflow: visible}
.dlf-pg .pg-f > .widget-label {width: auto; min-width: 0; max-width: none; margin: 0; height: 18px;
  line-height: 18px; font-size: 12px; text-align: left; color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pg-f > :is(select, input) {grid-column: 1 / 3; margin: 0; min-width: 0}
.dlf-pg .pg-f > :is(select, input) {width: 100%; height: 26px; border-radius: 4px}
[data-jp-theme-light="false"] .dlf-pg {--jp-widgets-dropdown-arrow: url("data:image/svg+xml,\
%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E%3Cpath fill='none' stroke=\
'%23ccc' stroke-width='2' d='M5 7l4 4 4-4'/%3E%3C/svg%3E")}
.dlf-pg .pg-f.widget-checkbox {display: flex; height: 26px}
.dlf-pg .pg-f.pg-rail {display: flex; flex-flow: column; align-items: stretch; gap: 0}
.dlf-pg .pg-rail > .widget-inline-hbox {width: auto; margin: 0; overflow: visible}
.dlf-pg .pg-rail > .widget-text {height: 18px; justify-content: space-between; gap: 4px}
.dlf-pg .pg-rail .widget-label {width: auto; min-width: 0; margin: 0; height: 18px; flex: 0 0 auto;
  line-height: 18px; font-size: 12px; text-align: left; color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pg-rail input {flex: 0 1 54px; min-width: 30px; height: 18px; padding: 0 4px; margin: 0;
  border: 1px solid var(--pg-line); border-radius: 4px; background: none; text-align: right;
  font-size: 12.5px; font-weight: 600; font-variant-numeric: tabular-nums}
.dlf-pg .pg-rail input:disabled {opacity: 0.5}
.dlf-pg .pg-rail > .widget-hslider {height: 26px; padding: 0 9px}

/* the rows on top */
.dlf-pg .pg-top {padding: 6px 0; gap: 6px; margin: 0; overflow: visible;
  border-bottom: 1px solid var(--pg-line)}
.dlf-pg .pg-go {display: flex; flex-flow: row wrap; gap: 4px 6px; align-items: center; margin: 0;
  overflow: visible}
.dlf-pg .pg-go .widget-hbox {gap: 4px; margin: 0; overflow: visible}
.dlf-pg .pg-go .widget-label {margin: 0 0 0 8px}
.dlf-pg .pg-play {background-color: var(--pg-blue); color: #fff; font-weight: 650; padding: 0}
.dlf-pg .pg-epoch {flex: 0 0 132px; padding-left: 12px; font-variant-numeric: tabular-nums}
.dlf-pg .pg-epoch b {display: inline-block; min-width: 70px; text-align: left}
.dlf-pg .pg-status {flex: 1 1 260px; height: 34px; font-size: 12.5px; margin: 0; display: flex;
  align-items: center; overflow: auto}
.dlf-pg .pg-status > .widget-html-content {align-self: center}
.dlf-pg .pg-parts {display: flex; flex-flow: column; gap: 8px; margin: 0; overflow: visible}
.dlf-pg .pg-part {gap: 4px; margin: 0; overflow: visible}
.dlf-pg .pg-fields {display: grid; gap: 4px 18px; margin: 0; overflow: visible;
  grid-template-columns: repeat(7, minmax(0, 1fr))}
.dlf-pg .pg-help {height: 20px; overflow: hidden; font-size: 12.5px; white-space: nowrap;
  text-overflow: ellipsis; color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pg-help span::after {
  content: "Point at a control, or press Tab to go to it: this line says what it does. Keys: Space \
presses a button or opens a list; type into a number's box and press Enter."}

/* data */
.dlf-pg .pg-main {display: grid; gap: 10px; margin: 0; overflow: visible; align-items: stretch;
  grid-template-columns: 226px minmax(0, 1fr) 348px}
.dlf-pg .pg-tiles {display: grid; grid-template-columns: repeat(4, 1fr); gap: 4px; margin: 0;
  overflow: visible}
.dlf-pg .pg-tiles .jupyter-button {width: auto; height: 60px; padding: 43px 0 0; line-height: 15px;
  font-size: 10.5px; letter-spacing: -0.01em; overflow: hidden; background-repeat: no-repeat;
  background-position: center 3px; background-size: 40px 40px;
  background-color: var(--jp-layout-color0, #fff)}
[data-jp-theme-light="false"] .dlf-pg .pg-tiles .jupyter-button {
  background-color: color-mix(in srgb, #fff 14%, var(--jp-layout-color0, #15181d))}
.dlf-pg .pg-tiles .pg-on {border: 2px solid var(--pg-blue); padding-top: 42px; font-weight: 650;
  background-position: center 2px}
.dlf-pg .pg-tiles .jupyter-button {position: relative; text-overflow: clip}
.dlf-pg .pg-tiles .pg-on::before {content: "✓"; position: absolute; left: -1px; top: -1px;
  width: 15px; height: 15px; line-height: 15px; font-size: 11px; color: #fff;
  background: var(--pg-blue); border-radius: 3px 0 6px 0}
.dlf-pg .pg-wide {width: auto}

/* the network */
.dlf-pg .pg-layers {display: grid; gap: 4px 14px; margin: 0; overflow: visible; align-items: end;
  grid-template-columns: auto repeat(4, minmax(0, 1fr))}
.dlf-pg .pg-many {gap: 4px; align-items: center; margin: 0; overflow: visible; height: 30px}
.dlf-pg .pg-many .jupyter-button, .dlf-pg .pg-plus .jupyter-button {width: 26px; padding: 0;
  font-size: 15px}
.dlf-pg .pg-canvas {position: relative; margin: auto; overflow: visible; flex: 0 0 auto}
.dlf-pg .pg-plus {position: relative; height: 28px; margin: 0; overflow: visible}
.dlf-pg .pg-plus > .widget-hbox {position: absolute; top: 2px; gap: 2px; margin: 0;
  transform: translateX(-50%); overflow: visible}
.dlf-pg .pg-plus .jupyter-button {width: 22px; height: 22px; line-height: 20px}
.dlf-pg .pg-stage {overflow: visible; margin: 0}
.dlf-pg .pg-stage .jupyter-button {font-size: 0}           /* a name for those who do not see it */

/* what comes out */
.dlf-pg .pg-out {align-items: stretch}
.dlf-pg .pg-head {display: flex; gap: 8px; align-items: center; margin: 0; min-height: 30px;
  overflow: visible; justify-content: space-between}
.dlf-pg .pg-head .jupyter-button {height: 26px; line-height: 24px}
.dlf-pg .pg-map {overflow: visible}
.dlf-pg .pg-plot {overflow: visible}
.dlf-pg .pg-no-test .test {display: none}
.dlf-pg .pg-row {display: flex; flex-flow: row wrap; gap: 4px 14px; margin: 0; overflow: visible;
  align-items: center}
.dlf-pg .pg-row .widget-checkbox {width: auto; margin: 0}
.dlf-pg .pg-row .widget-checkbox label {margin: 0}
.dlf-pg .widget-toggle-buttons {margin: 0; width: auto}
.dlf-pg .widget-toggle-buttons .jupyter-button {height: 26px; line-height: 24px; width: auto;
  margin-right: 3px}
.dlf-pg .widget-toggle-buttons .mod-active {border: 2px solid var(--pg-blue); font-weight: 700;
  line-height: 22px}
.dlf-pg .pg-numbers {width: 100%; border-collapse: collapse; table-layout: fixed; margin: 0;
  font-variant-numeric: tabular-nums; font-size: 13px}
.dlf-pg .pg-numbers :is(td, th) {padding: 1px 0; text-align: right; font-weight: 400;
  background: none; border: 0}
.dlf-pg .pg-numbers td {font-weight: 650}
.dlf-pg .pg-numbers th:first-child {text-align: left; color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pg-numbers thead th {color: var(--jp-ui-font-color2, #6b7178)}

/* time, hint, words */
.dlf-pg .pg-time {display: grid; gap: 12px; margin: 0; align-items: center; overflow: visible;
  grid-template-columns: minmax(0, 1fr) 190px auto 130px}
.dlf-pg .pg-time .widget-hslider {width: auto; margin: 0}
.dlf-pg .pg-time .widget-dropdown .widget-label {position: absolute; clip-path: inset(50%)}
.dlf-pg .pg-time .widget-hslider .widget-label {width: auto; margin-right: 10px}
.dlf-pg .pg-hint {display: flex; gap: 12px; align-items: center; margin: 0; overflow: visible;
  border-left: 4px solid var(--pg-blue); padding: 0 0 0 10px; height: 40px; font-size: 12.5px}
.dlf-pg .pg-hint > .widget-html {flex: 1 1 auto; max-height: 100%; overflow: auto}
.dlf-pg .pg-hint > .jupyter-button {flex: 0 0 92px}
.dlf-pg .pg-words {height: 72px; overflow: auto; font-size: 12.5px;
  color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pg-tabs > div {display: flex; flex-flow: row wrap; gap: 0 2px}
.dlf-pg .pg-tabs .jupyter-button {height: 32px; line-height: 30px; padding: 0 9px; margin: 0;
  border-radius: 5px 5px 0 0; border-bottom: 0; position: relative; z-index: 1}
.dlf-pg .pg-tabs .mod-active {border: 1px solid var(--pg-line); border-bottom: 0; line-height: 30px;
  font-weight: inherit; background-color: var(--jp-layout-color1, #fff);
  box-shadow: inset 0 3px var(--pg-blue)}
.dlf-pg .pg-page {margin: -7px 0 0; overflow: visible; padding: 12px;
  border: 1px solid var(--pg-line); border-radius: 0 5px 5px 5px}
.dlf-pg .pg-page > * {margin: 0; overflow: visible}
.dlf-pg .pg-list {width: auto; margin: 0}
.dlf-pg .pg-list > div {display: flex; flex-flow: column; gap: 2px; width: 100%}
.dlf-pg .pg-list .jupyter-button {width: 100%; text-align: left; overflow: hidden; margin: 0;
  text-overflow: ellipsis; font-variant-numeric: tabular-nums}
.dlf-pg .pg-all {display: grid; gap: 14px 24px; overflow: visible; margin: 0;
  grid-template-columns: repeat(auto-fill, minmax(250px, 1fr))}
.dlf-pg .pg-all .widget-vbox {margin: 0; overflow: visible}
.dlf-pg .pg-say {font-size: 12px; padding-top: 3px; color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pg-form {gap: 8px; margin: 0; overflow: visible; max-width: 760px}
.dlf-pg .pg-form .widget-textarea {width: auto; margin: 0}

.dlf-pg.pg-which {padding: 2px 4px 0}
[data-voila] .celltag_notebook-only {display: none}
@container (min-width: 1400px) {
  .dlf-pg :is(.pg-canvas, .pg-parts) {zoom: 1.2}
  .dlf-pg .pg-main {grid-template-columns: 226px minmax(0, 1fr) 414px}
}
@container (max-width: 1179px) {
  .dlf-pg .pg-main {grid-template-columns: 226px minmax(0, 1fr)}
  .dlf-pg .pg-hint {height: 56px}
  .dlf-pg .pg-out {grid-column: 1 / 3}
  .dlf-pg .pg-parts {flex-flow: row wrap; justify-content: space-evenly; gap: 12px 24px}
  .dlf-pg .pg-part {flex: 0 1 324px}
  .dlf-pg .pg-data .pg-part {flex: none}
  .dlf-pg .pg-fields {grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 4px 12px}
}
@container (max-width: 869px) {
  .dlf-pg .pg-main {grid-template-columns: minmax(0, 1fr)}
  .dlf-pg .pg-hint {height: 76px}
  .dlf-pg .pg-out {grid-column: auto}
  .dlf-pg .pg-main > .pg-panel:nth-child(2) {order: 1}      /* first what comes out, then how */
  .dlf-pg .pg-data > .pg-part:last-child {display: grid; align-items: end; gap: 0 20px;
    grid-template-columns: repeat(4, minmax(0, 1fr)) 110px}
  .dlf-pg .pg-tiles {grid-template-columns: repeat(11, 1fr)}
  .dlf-pg .pg-tiles .jupyter-button {padding-left: 0; padding-right: 0}
  .dlf-pg .pg-time {grid-template-columns: minmax(0, 1fr) 160px auto 110px; gap: 10px}
  .dlf-pg .pg-time .widget-dropdown {width: 110px !important}
  .dlf-pg .pg-words {height: 108px}
  .dlf-pg .pg-help {height: 38px; white-space: normal}
}
@container (max-width: 799px) {
  .dlf-pg .pg-fields {grid-template-columns: repeat(4, minmax(0, 1fr))}
}
@container (max-width: 640px) {
  .dlf-pg .pg-hint {height: 112px}
  .dlf-pg .pg-canvas {zoom: 0.68}
  .dlf-pg .pg-tiles {grid-template-columns: repeat(6, 1fr)}
  .dlf-pg .pg-data > .pg-part:last-child {grid-template-columns: repeat(2, minmax(0, 1fr))}
  .dlf-pg .pg-fields {grid-template-columns: repeat(2, minmax(0, 1fr))}
  .dlf-pg .pg-layers {grid-template-columns: repeat(2, minmax(0, 1fr))}
  .dlf-pg .pg-time {grid-template-columns: minmax(0, 1fr) 150px}
}
"""
