import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "../api/client";

export const imageById = (id: string) =>
  queryOptions({
    queryKey: ["images", id],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/images/{id}", { params: { path: { id } }, signal })),
  });
