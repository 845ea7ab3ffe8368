import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { shrinkInto } from "./shrinkInto";

/** The current photo, the function that changes it, and the function that closes the viewer. */
export function useViewedPhoto(imageId: string, at: string, query: string, onView: (id: string) => void) {
  const { state } = useLocation();
  const navigate = useNavigate();
  // The address changes only when the user pauses, because browsers refuse hundreds of changes in a row.
  const [viewed, view] = useState(imageId);
  const toViewed = () => navigate(`${at}/images/${viewed}${query}`, { replace: true, state });
  const follow = useRef(toViewed);
  follow.current = toViewed;
  // A late change of the address would open the closed viewer again.
  const isClosed = useRef(false);
  useEffect(() => {
    onView(viewed);
    if (viewed === imageId) return;
    const timer = setTimeout(() => isClosed.current || follow.current(), 150);
    return () => clearTimeout(timer);
  }, [viewed, imageId, onView]);

  const close = () => {
    // A second press during the transition would go back one page further.
    if (isClosed.current) return;
    isClosed.current = true;
    if (viewed !== imageId) toViewed();
    shrinkInto(
      () => document.getElementById(`photo-${viewed}`),
      () => (state?.opened ? navigate(-1) : navigate(at + query, { replace: true })),
    );
  };
  return { viewed, view, close };
}
