/**
 * The tags of a frame in one number, the outermost in the lowest twelve bits, as VLANs lie in VLANs; 0: none.
 * The two protocols of tags, 802.1Q and 802.1ad, are not told apart.
 */
export type Tags = number;

const WIDTH = 4096;

export const pushTag = (tags: Tags, id: number): Tags => tags * WIDTH + id;
export const outerTag = (tags: Tags): number => tags % WIDTH;
export const popTag = (tags: Tags): Tags => Math.floor(tags / WIDTH);
