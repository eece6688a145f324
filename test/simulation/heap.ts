/** A binary heap: hands out what comes first. */
export class Heap<Each> {
  private readonly items: Each[] = [];
  private readonly isBefore: (one: Each, other: Each) => boolean;

  constructor(isBefore: (one: Each, other: Each) => boolean) {
    this.isBefore = isBefore;
  }

  get first(): Each | undefined {
    return this.items[0];
  }

  push(item: Each): void {
    const { items, isBefore } = this;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent] as Each;
      if (isBefore(above, item)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  pop(): Each | undefined {
    const { items, isBefore } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= items.length) break;
      const right = left + 1;
      const isRight = right < items.length && isBefore(items[right] as Each, items[left] as Each);
      const child = isRight ? right : left;
      if (!isBefore(items[child] as Each, last)) break;
      items[index] = items[child] as Each;
      index = child;
    }
    items[index] = last;
    return top;
  }
}
