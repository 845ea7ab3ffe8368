using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Imaging.Native;

/// <summary>An operation of libvips failed.</summary>
/// <param name="message">What libvips said; with several operations at once it may speak of another one.</param>
internal sealed class VipsException(string message) : Exception(message)
{
    /// <summary>Whether memory ran out: the file is not to blame for its content.</summary>
    internal bool IsOutOfMemory => Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Takes the text of the last failure and clears it. The buffer is one for the process and holds text
    /// after successes too: return codes decide, this text is for the log only.
    /// </summary>
    internal static VipsException Take(string operation)
    {
        var text = VipsNative.ErrorBufferCopy();
        try
        {
            var said = Marshal.PtrToStringUTF8(text)?.Trim().ReplaceLineEndings("; ");
            return new VipsException(string.IsNullOrEmpty(said) ? $"{operation} failed" : $"{operation}: {said}");
        }
        finally
        {
            VipsNative.Free(text);
        }
    }
}
