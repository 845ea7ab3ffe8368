using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Imaging.Native;

/// <summary>
/// One call of a libvips operation: arguments by name, then one run, which also disposes of it. An operation keeps
/// its input and output images alive, so one that waits for the finalizer would keep their pixels in memory.
/// </summary>
internal sealed class VipsOperation : GObjectHandle
{
    // struct GParamSpec { GTypeInstance (8); name (8); flags (4, padded to 8); GType value_type; ... } (gobject/gparam.h)
    private static readonly int ValueTypeOffset = nint.Size * 3;

    private readonly string name;

    /// <summary>A call of the operation with that nickname or class name.</summary>
    /// <exception cref="VipsException">There is no such operation in this libvips.</exception>
    internal VipsOperation(string name)
        : base(VipsNative.OperationNew(name))
    {
        this.name = name;
        if (IsInvalid)
        {
            throw VipsException.Take(name);
        }
    }

    /// <summary>Sets a number; also the value of an enumeration or flags.</summary>
    internal VipsOperation With(string argument, int content) => With(argument, (type, ref value) =>
    {
        switch (type)
        {
            case GType.Enum:
                VipsNative.ValueSetEnum(ref value, content);
                break;
            case GType.Flags:
                VipsNative.ValueSetFlags(ref value, (uint)content);
                break;
            case GType.Double:
                VipsNative.ValueSetDouble(ref value, content);
                break;
            default:
                VipsNative.ValueSetInt(ref value, content);
                break;
        }
    });

    /// <summary>Sets a yes or no.</summary>
    internal VipsOperation With(string argument, bool content) =>
        With(argument, (_, ref value) => VipsNative.ValueSetBoolean(ref value, content ? 1 : 0));

    /// <summary>Sets a text, or the value of an enumeration by its nickname.</summary>
    internal VipsOperation With(string argument, string content) => With(argument, (type, ref value) =>
    {
        if (type == GType.Enum)
        {
            VipsNative.ValueSetEnum(ref value, VipsNative.EnumFromNick(name, value.Type, content));
        }
        else
        {
            VipsNative.ValueSetString(ref value, content);
        }
    });

    /// <summary>Sets an input image; the operation takes its own reference.</summary>
    internal VipsOperation With(string argument, VipsImage content) =>
        With(argument, (_, ref value) => VipsNative.ValueSetObject(ref value, content));

    /// <summary>Sets bytes; the operation takes its own copy.</summary>
    internal VipsOperation With(string argument, byte[] content) => With(argument, (_, ref value) =>
        VipsNative.ValueTakeBoxed(ref value, VipsNative.BlobCopy(content, (nuint)content.Length)));

    /// <summary>Sets a list of numbers, such as a colour.</summary>
    internal VipsOperation With(string argument, double[] content) => With(argument, (_, ref value) =>
        VipsNative.ValueTakeBoxed(ref value, VipsNative.ArrayDoubleNew(content, content.Length)));

    /// <summary>Runs for its effect, such as a written file.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    internal void Run()
    {
        using (this)
        {
            Build();
            VipsNative.ObjectUnrefOutputs(this);
        }
    }

    /// <summary>Runs and takes the image <c>out</c>.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    internal VipsImage RunToImage() => RunTo("out", (in value) => new VipsImage(VipsNative.ValueDupObject(value)));

    /// <summary>Runs and takes the number <c>out</c>.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    internal double RunToNumber() => RunTo("out", (in value) => VipsNative.ValueGetDouble(value));

    /// <summary>Runs and takes the bytes <c>buffer</c>.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    internal byte[] RunToBytes() => RunToBytes(static bytes => bytes.ToArray());

    /// <summary>Runs and reads the bytes <c>buffer</c> where they are, in native memory.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    internal unsafe T RunToBytes<T>(Func<ReadOnlySpan<byte>, T> read) => RunTo("buffer", (in value) =>
    {
        var start = VipsNative.BlobGet(VipsNative.ValueGetBoxed(value), out var length);
        return read(new ReadOnlySpan<byte>((void*)start, checked((int)length)));
    });

    private T RunTo<T>(string output, ReadValue<T> read)
    {
        using (this)
        {
            Build();
            var value = default(GValue);
            _ = VipsNative.ValueInit(ref value, FindType(output));
            try
            {
                VipsNative.ObjectGetProperty(this, output, ref value);
                return read(value);
            }
            finally
            {
                VipsNative.ValueUnset(ref value);
                VipsNative.ObjectUnrefOutputs(this);
            }
        }
    }

    private void Build()
    {
        // The cache is off, but this is the one documented way to build; it may hand back another instance.
        var built = handle;
        var failed = VipsNative.CacheOperationBuild(ref built) != 0;
        SetHandle(built);
        if (failed)
        {
            VipsNative.ObjectUnrefOutputs(this);
            throw VipsException.Take(name);
        }
    }

    private VipsOperation With(string argument, WriteValue write)
    {
        var type = FindType(argument);
        if (type == 0)
        {
            throw VipsException.Take(name);
        }

        var value = default(GValue);
        _ = VipsNative.ValueInit(ref value, type);
        try
        {
            write((GType)VipsNative.TypeFundamental(type), ref value);
            VipsNative.ObjectSetProperty(this, argument, value);
            return this;
        }
        finally
        {
            VipsNative.ValueUnset(ref value);
        }
    }

    private nuint FindType(string argument) =>
        VipsNative.ObjectGetArgument(this, argument, out var paramSpec, out _, out _) == 0
            ? Unsafe.BitCast<nint, nuint>(Marshal.ReadIntPtr(paramSpec, ValueTypeOffset))
            : 0;

    private delegate void WriteValue(GType type, ref GValue value);

    private delegate T ReadValue<T>(in GValue value);
}
