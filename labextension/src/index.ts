import { commands } from './lab/plugin_commands';
import { files } from './lab/plugin_files';
import { language } from './lab/plugin_language';
import { launcher } from './lab/plugin_launcher';
import { models } from './lab/plugin_models';
import { lines } from './lab/plugin_lines';
import { settings } from './lab/plugin_settings';
import { trainings } from './lab/plugin_trainings';

export default [
  language,
  files,
  models,
  settings,
  commands,
  launcher,
  lines,
  trainings
];
