namespace ImageHub.Application.Errors;

/// <summary>Distinguishes a disk that cannot be read or written from other errors.</summary>
public static class DiskFailures
{
    /// <summary>
    /// The system's error codes for a broken disk, a full disk, an exceeded quota or a read-only disk: <c>EIO</c>, <c>ENOSPC</c>, <c>EDQUOT</c> and
    /// <c>EROFS</c> of Linux, <c>EDQUOT</c> of macOS.
    /// </summary>
    private static readonly int[] UnixErrors = [5, 28, 122, 30, 69];

    /// <summary><c>ERROR_CRC</c>, <c>ERROR_HANDLE_DISK_FULL</c>, <c>ERROR_DISK_FULL</c> and <c>ERROR_IO_DEVICE</c>.</summary>
    private static readonly int[] WindowsErrors = [unchecked((int)0x8007_0017), unchecked((int)0x8007_0027), unchecked((int)0x8007_0070), unchecked((int)0x8007_045D)];

    /// <summary>Whether a disk that cannot be read or written caused the exception.</summary>
    public static bool IsDiskFailure(Exception? exception) => exception switch
    {
        null => false,
        IOException io when UnixErrors.Contains(io.HResult) || WindowsErrors.Contains(io.HResult) => true,
        _ => IsDiskFailure(exception.InnerException),
    };
}
