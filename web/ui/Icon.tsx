/** Line icons drawn here, 20 by 20, in the text's colour; and the button that has nothing else to show. */
const shapes = {
  chevronLeft: "M12.5 5 7.500 10l5 5",
  chevronRight: "M7.500 5l5 5-5 5",
  chevronDown: "M5 7.500l5 5 5-5",
  chevronUp: "M5 12.500l5-5 5 5",
  close: "M5.500 5.500l9 9m0-9-9 9",
  plus: "M10 4.500v11M4.500 10h11",
  copy: "M7 7h8.500v8.500H7zM4.500 12.500v-8h8",
  check: "M4.500 10.500 8.500 14.500 15.500 6",
  type: "M4 6l4 4-4 4M10 14.500h6",
  reload: "M15.500 10a5.500 5.500 0 1 1-1.700-4M15.500 3v3.500H12",
  enlarge: "M11.500 4H16v4.500M8.500 16H4v-4.500M16 4l-5 5M4 16l5-5",
  shrink: "M15.500 9H11V4.500M4.500 11H9v4.500M11 9l5-5M9 11l-5 5",
  window: "M11 4.500h4.500V9M15.500 4.500 9.500 10.500M13 11.500v4H4.500V7h4",
  sun: "M10 6.800a3.200 3.200 0 1 0 0 6.400 3.200 3.200 0 0 0 0-6.400M10 2.500v1.800M10 15.700v1.800M2.500 10h1.800M15.700 10h1.800M4.700 4.700 6 6M14 14l1.300 1.300M4.700 15.300 6 14M14 6l1.300-1.300",
  keyboard: "M3 5.500h14v9H3zM5.800 8.500h.4M9 8.500h.4M12 8.500h.4M14.500 8.500h.4M6.500 11.700h7",
  reset: "M4.500 10a5.500 5.500 0 1 0 1.700-4M4.500 3v3.500H8",
  clear: "M4 15.500h12M6 12.500l6.500-8 3 2.500-6 7.500H7z",
  larger: "M3 15l4-10 4 10M4.500 11.500h5M14.500 7.500v5M12 10h5",
  smaller: "M3 15l4-10 4 10M4.500 11.500h5M12 10h5",
  list: "M4 6h12M4 10h12M4 14h12",
  machine: "M3.500 4h13v9h-13zM7.500 16h5M10 13v3",
  file: "M6 3.500h5.500l3 3v10H6zM11.500 3.500v3h3",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: () => void;
  expanded?: boolean;
}

export function IconButton({ icon, label, onClick, expanded }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      title={label}
      aria-label={label}
      aria-expanded={expanded}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
