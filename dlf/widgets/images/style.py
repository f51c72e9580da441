"""How the page for images is laid out, beside the rules of the playground that it shares."""

SHEET = """
.dlf-pg .pi-nine {display: grid; gap: 4px 10px; margin: 0; overflow: visible;
  grid-template-columns: repeat(3, minmax(0, 1.25fr)) repeat(6, minmax(0, 1fr))}
.dlf-pg .pi-main {display: grid; gap: 10px; margin: 0; overflow: visible; align-items: stretch;
  grid-template: "draw maps answer" auto "draw maps learned" 1fr / 316px minmax(0, 1fr) 310px}
.dlf-pg .pi-draw {grid-area: draw}
.dlf-pg .pi-maps {grid-area: maps}
.dlf-pg .pi-answer {grid-area: answer}
.dlf-pg .pi-learned {grid-area: learned}
.dlf-pg .pi-curves {display: flex; flex-flow: row wrap; gap: 0 24px}
.dlf-pg .pi-three {display: grid; gap: 4px 14px; margin: 0; overflow: visible;
  grid-template-columns: repeat(3, minmax(0, 1fr))}
.dlf-pg .pi-say p {margin: 0}
.dlf-pg .pi-say {font-size: 12.5px; color: var(--jp-ui-font-color2, #6b7178)}
.dlf-pg .pi-unseen {position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%)}
.dlf-pg .pi-view {display: block; width: 212px; margin: 0; overflow: visible}
.dlf-pg .pi-draw, .dlf-pg .pi-maps, .dlf-pg .pi-answer {overflow: visible; align-self: stretch}
.dlf-pg .pi-nine .pg-rail input {min-width: 50px}
.dlf-pg .pi-learned table {max-width: 300px}
.dlf-pg .pi-reads {display: grid; grid-template-columns: auto 1fr; gap: 0 14px; margin: 4px 0 0;
  overflow: visible; align-items: start}
.dlf-pg .pi-maps .widget-html {overflow: visible; flex: 0 0 auto}
.dlf-pg .pi-maps {--between: 14px}
@container (max-width: 1229px) {
  .dlf-pg .pi-main {
    grid-template: "draw maps" auto "answer maps" auto "answer learned" auto /
      316px minmax(0, 1fr)}
}
@container (max-width: 1187px) {
  .dlf-pg .pi-nine {grid-template-columns: repeat(5, minmax(0, 1fr))}
}
@container (max-width: 919px) {
  .dlf-pg .pi-view {width: 244px}
  .dlf-pg .pi-main {grid-template: "draw answer" auto "maps maps" auto "learned learned" auto /
    316px minmax(0, 1fr)}
}
@container (max-width: 639px) {
  .dlf-pg .pi-main {grid-template: "draw" auto "answer" auto "maps" auto "learned" auto /
    minmax(0, 1fr)}
  .dlf-pg .pi-maps {overflow-x: auto}
  .dlf-pg .pi-nine {grid-template-columns: repeat(3, minmax(0, 1fr))}
}
"""
