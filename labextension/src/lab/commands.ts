/** The commands' names; menus and shortcuts in `schema/commands.json` use them, too. */
export const COMMANDS = {
  tutorial: 'tessnb:open-tutorial',
  fineTuning: 'tessnb:new-fine-tuning',
  evaluate: 'tessnb:evaluate-with',
  dashboard: 'tessnb:insert-dashboard'
} as const;

const LINES =
  /\.(lstmf|gt\.txt|xml|hocr|tiff?|png|jpe?g|bmp|gif|webp|p[bgp]m)$/i;
const MODEL = /\.traineddata$/i;

/** What is known of something in the file browser. */
interface Item {
  readonly path: string;
  readonly type: string;
}

/** Whether training lines can be opened from it. */
export function hasLines({ path, type }: Item): boolean {
  return type === 'directory' || LINES.test(path);
}

/** Whether it is a model. */
export function isModel({ path, type }: Item): boolean {
  return type !== 'directory' && MODEL.test(path);
}

/** Whether something can be trained with: lines and nothing else. */
export function canTrain(items: ReadonlyArray<Item>): boolean {
  return items.length > 0 && items.every(hasLines);
}

/** Whether something can be evaluated with: lines, a model, or both. */
export function canEvaluate(items: ReadonlyArray<Item>): boolean {
  return (
    items.length > 0 &&
    items.every(item => hasLines(item) || isModel(item)) &&
    items.filter(isModel).length <= 1
  );
}
