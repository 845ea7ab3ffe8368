using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Infrastructure.Imaging.Native;

/// <summary>One reference to a GObject.</summary>
internal abstract class GObjectHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Takes over one reference.</summary>
    protected GObjectHandle(nint instance)
        : base(ownsHandle: true) => SetHandle(instance);

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        VipsNative.ObjectUnref(handle);
        return true;
    }
}

/// <summary><c>GValue</c>: a type and 16 bytes of content (gobject/gvalue.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    public nuint Type;
    public ulong Content0;
    public ulong Content1;
}

/// <summary>The fundamental types (gobject/gtype.h: a running number shifted left by two).</summary>
internal enum GType : ulong
{
    Boolean = 5 << 2,
    Int = 6 << 2,
    Enum = 12 << 2,
    Flags = 13 << 2,
    Double = 15 << 2,
    String = 16 << 2,
    Boxed = 18 << 2,
    Object = 20 << 2,
}
