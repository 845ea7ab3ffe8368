using ImageHub.Application.Errors;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>A file of the server's own that could not be written, because the disk is full or the folder is closed.</summary>
internal static class UnwrittenFile
{
    /// <summary>Logs why, and makes the problem that the sender is told: the file that was sent is not to blame.</summary>
    internal static ProblemException Report(ILogger logger, Exception cause, string path)
    {
        logger.LogError(cause, "{Path} could not be written", path);
        return ProblemException.DiskFailed();
    }

    /// <summary>Removes what there is of it. Failing at that too says nothing new and must not hide the first failure; the staging folder goes as a whole.</summary>
    internal static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // For one, the folder is missing.
        }
    }
}
