import { files } from './lab/plugin_files';

export default [files];
