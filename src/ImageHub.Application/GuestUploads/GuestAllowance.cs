using ImageHub.Application.Errors;
using ImageHub.Domain.Links;

namespace ImageHub.Application.GuestUploads;

/// <summary>The number of files and bytes that a guest can still send.</summary>
/// <param name="link">The link.</param>
/// <param name="guestFiles">The number of photos that count for the guest: sent photos and, for an announcement, announced photos.</param>
/// <param name="linkFiles">The number of photos that count for the link.</param>
/// <param name="linkBytes">The total size of these photos in bytes.</param>
internal sealed class GuestAllowance(Link link, int guestFiles, int linkFiles, long linkBytes)
{
    private int guestTotal = guestFiles;
    private int linkTotal = linkFiles;
    private long byteTotal = linkBytes;

    /// <summary>The number of photos that the guest may still send.</summary>
    public int FilesLeft => Math.Max(0, Math.Min(link.MaxFilesPerGuest - guestTotal, link.MaxFiles - linkTotal));

    /// <summary>The total size that the guest may still send, in bytes.</summary>
    public long BytesLeft => Math.Max(0, link.MaxBytes - byteTotal);

    /// <summary>Counts a photo.</summary>
    /// <exception cref="ProblemException">409 <c>guestFull</c> or <c>linkFull</c>.</exception>
    public void Take(long bytes)
    {
        EnsureFits(bytes);
        (guestTotal, linkTotal, byteTotal) = (guestTotal + 1, linkTotal + 1, byteTotal + bytes);
    }

    /// <exception cref="ProblemException">409 <c>guestFull</c> or <c>linkFull</c>.</exception>
    public void EnsureFits(long bytes)
    {
        if (guestTotal >= link.MaxFilesPerGuest)
        {
            throw new ProblemException(Problems.GuestFull, $"With this link, each guest can send {link.MaxFilesPerGuest} photos; you have sent or announced {guestTotal}.");
        }

        if (linkTotal >= link.MaxFiles)
        {
            throw new ProblemException(Problems.LinkFull, $"This link has reached its limit of {link.MaxFiles} photos.");
        }

        if (bytes > BytesLeft)
        {
            throw new ProblemException(Problems.LinkFull, $"This link accepts {link.MaxBytes} bytes and has {BytesLeft} left; the file has {bytes}.");
        }
    }

    /// <summary>Whether a file was rejected because of a limit.</summary>
    public static bool IsLimit(string? code) => code == Problems.GuestFull.Code || code == Problems.LinkFull.Code;
}
