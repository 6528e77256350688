import { files } from './lab/plugin_files';
import { models } from './lab/plugin_models';
import { lines } from './lab/plugin_lines';
import { trainings } from './lab/plugin_trainings';

export default [files, models, lines, trainings];
