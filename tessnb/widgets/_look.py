"""Colours and style that all widgets share.

Okabe and Ito's colours are told apart by everybody; the same thing has the same one everywhere. Text,
borders and fonts are JupyterLab's, so that both of its themes fit.
"""

from __future__ import annotations

__all__ = ["HELD_OUT", "OLD", "RATE", "STYLE", "SUBSTITUTED", "TRAINING", "WARNING"]

TRAINING = "#0072B2"
HELD_OUT = SUBSTITUTED = "#E69F00"
OLD = "#009E73"
RATE = "#CC79A7"
WARNING = "#D55E00"

#: The arrow of a list to choose from, where the ground is dark; the widgets' own is black.
_ARROW = (
    "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E"
    "%3Cpath d='M5.2 5.9L9 9.7l3.8-3.8 1.2 1.2-4.9 5-4.9-5z' fill='%23bdbdbd'/%3E%3C/svg%3E\")"
)

#: Used in an HTML widget at the top of every display; classes begin with ``tessnb-``.
STYLE = f"""<style>
.tessnb-widget {{
  --tessnb-training: {TRAINING}; --tessnb-warning: {WARNING}; --tessnb-held-out: {HELD_OUT};
  --tessnb-old: {OLD}; --tessnb-rate: {RATE}; --tessnb-held-out-words: #8A5F00; --tessnb-old-words: #00694C;
  --tessnb-ink: var(--jp-ui-font-color1, #212121); --tessnb-soft: var(--jp-ui-font-color2, #616161);
  --tessnb-line: var(--jp-border-color2, #e0e0e0);
  border: 1px solid var(--tessnb-line); border-radius: 4px; padding: 12px 16px;
  background: var(--jp-layout-color1, #fff); color: var(--tessnb-ink);
  font-family: var(--jp-ui-font-family, sans-serif); font-size: var(--jp-ui-font-size1, 13px);
  overflow: hidden;
}}
[data-jp-theme-light="false"] .tessnb-widget {{ --tessnb-training: #56B4E9; --tessnb-warning: #FF8A3D;
  --tessnb-old: #26C99A; --tessnb-held-out-words: {HELD_OUT}; --tessnb-old-words: #26C99A; }}
.tessnb-widget .widget-html, .tessnb-widget .widget-html-content {{
  margin: 0; height: auto; line-height: 20px; color: var(--tessnb-ink); font-size: inherit; overflow: visible;
}}
.tessnb-widget .widget-html-content {{ width: 100%; }}
.tessnb-widget .tessnb-widget {{ border: none; padding: 0; overflow: visible; }}
.tessnb-widget .jupyter-button {{ margin: 0; border-radius: 4px; }}
.tessnb-widget .jupyter-button:where(:not(.mod-primary)) {{ box-shadow: none; color: var(--tessnb-ink);
  border: 1px solid var(--jp-border-color1, #bdbdbd); background: var(--jp-layout-color1, #fff); }}
.tessnb-widget .jupyter-button.mod-primary {{ color: #fff; }}
.tessnb-widget .jupyter-button:focus:not(:focus-visible) {{ outline: none; }}
.tessnb-widget .jupyter-button:where(:not(.mod-primary)):hover:enabled {{
  background: var(--jp-layout-color2, #eee); }}
.tessnb-tabular {{ font-variant-numeric: tabular-nums; }}
.tessnb-soft {{ color: var(--tessnb-soft); }}
.tessnb-status {{ display: flex; gap: 4px 16px; flex-wrap: wrap; align-items: baseline; }}
.tessnb-status b {{ color: var(--tessnb-ink); }}
.tessnb-status span {{ white-space: nowrap; }}
.tessnb-failure {{ color: var(--tessnb-warning); border-left: 4px solid var(--tessnb-warning);
  padding-left: 8px; margin-top: 8px; white-space: pre-wrap; }}
.tessnb-figures {{ display: grid; grid-template-columns: 1fr; gap: 8px; }}
.tessnb-figures > div {{ border-left: 3px solid var(--tessnb-line); padding-left: 10px; }}
.tessnb-figures strong {{ display: block; font-size: 24px; line-height: 28px; font-weight: 500; }}
.tessnb-figures small {{ font-size: 16px; font-weight: 400; color: var(--tessnb-soft); }}
.tessnb-figures span {{ display: block; color: var(--tessnb-soft); white-space: nowrap; line-height: 18px; }}
.tessnb-figures .tessnb-of-training {{ border-color: var(--tessnb-training); }}
.tessnb-figures .tessnb-of-held-out {{ border-color: var(--tessnb-held-out); }}
.tessnb-figures .tessnb-of-old {{ border-color: var(--tessnb-old); }}
.tessnb-dashboard .jupyter-button {{ height: 28px; line-height: 26px; }}
[data-jp-theme-light="false"] .tessnb-widget .widget-dropdown > select {{ background-image: {_ARROW}; }}
.tessnb-dashboard .widget-checkbox {{ min-width: 0; }}
.tessnb-dashboard .widget-checkbox label {{ display: flex; align-items: center; gap: 4px; }}
.tessnb-widget .jupyter-button.mod-active {{ border-color: var(--tessnb-training);
  background: color-mix(in srgb, var(--tessnb-training) 16%, transparent); }}
.tessnb-dashboard .jupyter-button:focus-visible, .tessnb-dashboard input:focus-visible {{
  outline: 2px solid var(--tessnb-training); outline-offset: 1px; }}
.tessnb-said {{ min-height: 20px; margin: 0 0 8px; color: var(--tessnb-soft); }}
.tessnb-said .tessnb-wrong {{ color: var(--tessnb-warning); }}
.tessnb-section {{ padding: 4px 0 12px; }}
.tessnb-section h4 {{ margin: 0 0 4px; font-size: inherit; font-weight: 600; }}
.tessnb-section svg {{ display: block; }}
.tessnb-section th, .tessnb-section td {{ white-space: nowrap; vertical-align: top; }}
.tessnb-section .tessnb-words {{ text-align: left; white-space: normal; overflow-wrap: anywhere; }}
.tessnb-section code {{ color: var(--tessnb-ink); }}
.tessnb-legend {{ display: flex; gap: 4px 20px; flex-wrap: wrap; color: var(--tessnb-soft); }}
.tessnb-legend svg {{ vertical-align: middle; margin-right: 6px; }}
.tessnb-line {{ border-top: 1px solid var(--tessnb-line); padding: 8px 0; min-height: 100px;
  box-sizing: border-box; }}
.tessnb-line .tessnb-image {{ height: 36px; margin-bottom: 4px; }}
.tessnb-line img {{ display: block; max-width: 100%; height: 36px; object-fit: contain; object-position: left;
  border-radius: 2px; background: #fff; }}
.tessnb-line table {{ border-collapse: collapse; table-layout: fixed; width: 100%; }}
.tessnb-line th {{ width: 72px; text-align: left; font-weight: normal; color: var(--tessnb-soft);
  padding: 0 16px 0 0; line-height: 24px; vertical-align: top; }}
.tessnb-line td {{ padding: 0 2px; font-family: var(--jp-content-font-family, sans-serif); font-size: 15px;
  line-height: 24px; white-space: pre; overflow: hidden; text-overflow: ellipsis; }}
.tessnb-widget ins {{ color: #009E73; text-decoration: underline; text-underline-offset: 3px;
  background: none; }}
.tessnb-widget del {{ color: var(--tessnb-warning); text-decoration: line-through; background: none; }}
.tessnb-widget mark {{ color: inherit; background: none; outline: 1px solid {SUBSTITUTED};
  border-radius: 2px; padding: 0 1px; }}
.tessnb-widget details {{ margin-top: 8px; }}
.tessnb-widget summary {{ cursor: pointer; color: var(--tessnb-soft); }}
.tessnb-table {{ border-collapse: collapse; margin-top: 4px; font-variant-numeric: tabular-nums; }}
.tessnb-table th, .tessnb-table td {{ text-align: right; padding: 0 16px 0 0; font-weight: normal; }}
.tessnb-table thead th {{ color: var(--tessnb-soft); border-bottom: 1px solid var(--tessnb-line); }}
.tessnb-code, .tessnb-code input {{ font-family: var(--jp-code-font-family, monospace); }}
.tessnb-spec {{ white-space: pre-wrap; overflow-wrap: anywhere; margin-top: 8px; }}
.tessnb-widget .tessnb-spec mark {{ outline: none; color: var(--tessnb-warning);
  text-decoration: underline wavy; text-underline-offset: 4px; }}
.tessnb-sentence {{ margin: 8px 0; }}
.tessnb-layers td:nth-child(2), .tessnb-layers td:nth-child(3), .tessnb-layers th:nth-child(2),
.tessnb-layers th:nth-child(3) {{ text-align: left; }}
.tessnb-layers td, .tessnb-layers th {{ white-space: nowrap; }}
.tessnb-nested td {{ color: var(--tessnb-soft); }}
.tessnb-nested td:nth-child(3) {{ padding-left: 16px; }}
.tessnb-bar {{ display: inline-block; height: 8px; border-radius: 2px; background: var(--tessnb-training); }}
.tessnb-widget .bqplot text {{ font-family: inherit; font-size: 12px; }}
.tessnb-dashboard .bqplot text {{ paint-order: stroke; stroke: var(--jp-layout-color1, #fff);
  stroke-width: 3px; stroke-linejoin: round; pointer-events: none; }}
.tessnb-widget .bqplot .axis line, .tessnb-widget .bqplot .axis path {{ stroke: var(--tessnb-line); }}
.tessnb-hidden {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
</style>"""
