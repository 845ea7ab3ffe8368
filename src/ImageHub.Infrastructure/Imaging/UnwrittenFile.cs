using ImageHub.Application.Errors;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Handles a file that the server could not write, because the disk is full or the folder is not writable.</summary>
internal static class UnwrittenFile
{
    /// <summary>Logs the cause and creates a problem for the sender that does not blame the sent file.</summary>
    internal static ProblemException Report(ILogger logger, Exception cause, string path)
    {
        logger.LogError(cause, "{Path} could not be written", path);
        return ProblemException.DiskFailed();
    }

    /// <summary>
    /// Deletes the incomplete file. A failure is ignored, so that it does not hide the first failure; the whole staging folder is deleted later.
    /// </summary>
    internal static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // For example, the folder does not exist.
        }
    }
}
