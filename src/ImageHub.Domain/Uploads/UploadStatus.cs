namespace ImageHub.Domain.Uploads;

/// <summary>The status of an announced file.</summary>
public enum UploadStatus
{
    /// <summary>Waiting for its bytes.</summary>
    Needed,

    /// <summary>The image was created.</summary>
    Uploaded,

    /// <summary>An image with the same content already existed.</summary>
    Duplicate,

    /// <summary>The file was rejected, or never arrived.</summary>
    Failed,
}
