import { TickMarkType } from 'lightweight-charts';
import type { Time } from 'lightweight-charts';
import type { Timeframe } from '../../src-main/contract/market.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import { clockParts, formatTime } from '../format/time.ts';
import type { TimeZoneChoice } from '../format/time.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const milliseconds = (time: Time): number => Number(time) * 1000;

/** The crosshair's time: the moment, in the chosen zone. */
export const crosshairTime =
  (zone: TimeZoneChoice) =>
  (time: Time): string =>
    formatTime(unixMs(milliseconds(time)), zone, 'minute');

/**
 * Marks of the time axis. The library places marks at UTC days; where that is not the zone's midnight, the mark says its
 * hour, too. Daily candles are UTC days and are dated so in every zone.
 */
export const tickMark =
  (zone: TimeZoneChoice, timeframe: Timeframe) =>
  (time: Time, type: TickMarkType): string => {
    const part = clockParts(milliseconds(time), timeframe === '1D' ? 'UTC' : zone);
    const day = `${Number(part.day)} ${months[Number(part.month) - 1] ?? ''}`;
    const clock = `${part.hour}:${part.minute}`;
    if (type === TickMarkType.Time || type === TickMarkType.TimeWithSeconds) return clock === '00:00' ? day : clock;
    if (clock !== '00:00') return `${day} ${clock}`;
    if (type === TickMarkType.Year) return part.year;
    if (type === TickMarkType.Month) return months[Number(part.month) - 1] ?? '';
    return day;
  };
