namespace ImageHub.Domain.Uploads;

/// <summary>How far an announced file is.</summary>
public enum UploadStatus
{
    /// <summary>Its bytes are awaited.</summary>
    Needed,

    /// <summary>It is an image now.</summary>
    Uploaded,

    /// <summary>Equal bytes were there already.</summary>
    Duplicate,

    /// <summary>It was refused, or never came.</summary>
    Failed,
}
