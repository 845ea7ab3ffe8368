using ImageHub.Application.Errors;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>A server file that could not be written because the disk is full or the folder is not writable.</summary>
internal static class UnwrittenFile
{
    /// <summary>Logs the cause, and creates the problem for the sender, which does not blame the sent file.</summary>
    internal static ProblemException Report(ILogger logger, Exception cause, string path)
    {
        logger.LogError(cause, "{Path} could not be written", path);
        return ProblemException.DiskFailed();
    }

    /// <summary>
    /// Removes the partial file. A failure is ignored: it must not hide the first failure, and the staging folder is deleted as a whole.
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
