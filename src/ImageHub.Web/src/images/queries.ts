import { queryOptions } from "@tanstack/react-query";
import { api, photographs } from "../api/client";
import { keys } from "../api/keys";

export const imageById = (id: string) =>
  queryOptions({
    queryKey: keys.image(id),
    queryFn: ({ signal }) => photographs(api.GET("/api/v1/images/{id}", { params: { path: { id } }, signal })),
  });
