"""Colours and style that all widgets share.

Okabe and Ito's colours are told apart by everybody; the same thing has the same one everywhere. Text,
borders and fonts are JupyterLab's, so that both of its themes fit.
"""

from __future__ import annotations

__all__ = ["STYLE", "SUBSTITUTED", "TRAINING", "WARNING"]

TRAINING = "#0072B2"
SUBSTITUTED = "#E69F00"
WARNING = "#D55E00"

#: Used in an HTML widget at the top of every display; classes begin with ``tessnb-``.
STYLE = f"""<style>
.tessnb-widget {{
  --tessnb-training: {TRAINING}; --tessnb-warning: {WARNING};
  --tessnb-ink: var(--jp-ui-font-color1, #212121); --tessnb-soft: var(--jp-ui-font-color2, #616161);
  --tessnb-line: var(--jp-border-color2, #e0e0e0);
  border: 1px solid var(--tessnb-line); border-radius: 4px; padding: 12px 16px;
  background: var(--jp-layout-color1, #fff); color: var(--tessnb-ink);
  font-family: var(--jp-ui-font-family, sans-serif); font-size: var(--jp-ui-font-size1, 13px);
  overflow: hidden;
}}
[data-jp-theme-light="false"] .tessnb-widget {{ --tessnb-training: #56B4E9; --tessnb-warning: #FF8A3D; }}
.tessnb-widget .widget-html, .tessnb-widget .widget-html-content {{
  margin: 0; height: auto; line-height: 20px; color: var(--tessnb-ink); font-size: inherit; overflow: visible;
}}
.tessnb-widget .widget-html-content {{ width: 100%; }}
.tessnb-widget .jupyter-button {{ margin: 0; }}
.tessnb-tabular {{ font-variant-numeric: tabular-nums; }}
.tessnb-soft {{ color: var(--tessnb-soft); }}
.tessnb-status {{ display: flex; gap: 4px 16px; flex-wrap: wrap; align-items: baseline; }}
.tessnb-status b {{ color: var(--tessnb-ink); }}
.tessnb-status span {{ white-space: nowrap; }}
.tessnb-failure {{ color: var(--tessnb-warning); border-left: 4px solid var(--tessnb-warning);
  padding-left: 8px; margin-top: 8px; white-space: pre-wrap; }}
.tessnb-figures {{ display: grid; grid-template-columns: 1fr; }}
.tessnb-figures > div {{ padding-bottom: 12px; }}
.tessnb-figures strong {{ display: block; font-size: 24px; line-height: 28px; font-weight: 500; }}
.tessnb-figures span {{ display: block; color: var(--tessnb-soft); white-space: nowrap; }}
.tessnb-legend {{ display: flex; gap: 4px 20px; flex-wrap: wrap; color: var(--tessnb-soft); }}
.tessnb-legend svg {{ vertical-align: middle; margin-right: 6px; }}
.tessnb-line {{ border-top: 1px solid var(--tessnb-line); padding-top: 12px; margin-top: 8px; }}
.tessnb-line .tessnb-image {{ height: 44px; margin: 4px 0 8px; }}
.tessnb-line img {{ display: block; max-width: 100%; height: 44px; object-fit: contain; object-position: left;
  border-radius: 2px; background: #fff; }}
.tessnb-line table {{ border-collapse: collapse; table-layout: fixed; width: 100%; }}
.tessnb-line th {{ width: 32px; text-align: left; font-weight: normal; color: var(--tessnb-soft);
  padding: 0 16px 0 0;  vertical-align: top; }}
.tessnb-line td {{ padding: 0; font-family: var(--jp-content-font-family, sans-serif); font-size: 15px;
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
.tessnb-widget .bqplot .axis line, .tessnb-widget .bqplot .axis path {{ stroke: var(--tessnb-line); }}
.tessnb-hidden {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
</style>"""
