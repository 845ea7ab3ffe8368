namespace ImageHub.Api.Images;

/// <summary>Tells the OpenAPI document that a route reads multipart/form-data itself.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MultipartUploadAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a route reads a file as its body.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RawUploadAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a route reads a sidecar as its body.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SidecarBodyAttribute : Attribute;

/// <summary>Tells the OpenAPI document that a route reads announced files as multipart/form-data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AnnouncedFilesAttribute : Attribute;
