using System.Runtime.InteropServices;

namespace ImageHub.Infrastructure.Imaging.Native;

/// <summary>
/// The entry points of libvips and GObject that are used. None is variadic: C# cannot call those portably
/// (Apple's ARM64 passes variadic arguments differently), so operations get their arguments as properties.
/// </summary>
internal static partial class VipsNative
{
    /// <summary>Resolved by <see cref="LibVips"/> to whichever library was chosen.</summary>
    internal const string Vips = "imagehub-vips";

    /// <summary>GObject and glib: the same library in the bundled build, their own ones on a system.</summary>
    internal const string GObject = "imagehub-gobject";

    /// <summary>glib, for the same reason.</summary>
    internal const string GLib = "imagehub-glib";

    [LibraryImport(Vips, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Init(string programName);

    [LibraryImport(Vips, EntryPoint = "vips_version")]
    internal static partial int Version(int part);

    [LibraryImport(Vips, EntryPoint = "vips_cache_set_max")]
    internal static partial void CacheSetMax(int operations);

    [LibraryImport(Vips, EntryPoint = "vips_concurrency_set")]
    internal static partial void ConcurrencySet(int threads);

    [LibraryImport(Vips, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void OperationBlockSet(string className, int blocked);

    [LibraryImport(Vips, EntryPoint = "vips_thread_shutdown")]
    internal static partial void ThreadShutdown();

    [LibraryImport(Vips, EntryPoint = "vips_error_buffer_copy")]
    internal static partial nint ErrorBufferCopy();

    [LibraryImport(Vips, EntryPoint = "vips_foreign_find_load", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ForeignFindLoad(string path);

    [LibraryImport(Vips, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint OperationNew(string name);

    [LibraryImport(Vips, EntryPoint = "vips_cache_operation_buildp")]
    internal static partial int CacheOperationBuild(ref nint operation);

    [LibraryImport(Vips, EntryPoint = "vips_object_get_argument", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ObjectGetArgument(GObjectHandle instance, string name, out nint paramSpec, out nint argumentClass, out nint argumentInstance);

    [LibraryImport(Vips, EntryPoint = "vips_object_unref_outputs")]
    internal static partial void ObjectUnrefOutputs(GObjectHandle instance);

    [LibraryImport(Vips, EntryPoint = "vips_enum_from_nick", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int EnumFromNick(string domain, nuint type, string nick);

    [LibraryImport(Vips, EntryPoint = "vips_blob_get")]
    internal static partial nint BlobGet(nint blob, out nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_blob_copy")]
    internal static partial nint BlobCopy(ReadOnlySpan<byte> content, nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_width")]
    internal static partial int ImageGetWidth(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_height")]
    internal static partial int ImageGetHeight(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_bands")]
    internal static partial int ImageGetBands(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_interpretation")]
    internal static partial int ImageGetInterpretation(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_orientation")]
    internal static partial int ImageGetOrientation(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_hasalpha")]
    internal static partial int ImageHasAlpha(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint ImageGetTypeOf(VipsImage image, string field);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ImageGetString(VipsImage image, string field, out nint value);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_blob", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ImageGetBlob(VipsImage image, string field, out nint content, out nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_image_set_blob_copy", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ImageSetBlobCopy(VipsImage image, string field, ReadOnlySpan<byte> content, nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_image_remove", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ImageRemove(VipsImage image, string field);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_fields")]
    internal static partial nint ImageGetFields(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_copy_memory")]
    internal static partial nint ImageCopyMemory(VipsImage image);

    [LibraryImport(Vips, EntryPoint = "vips_image_new_from_memory_copy")]
    internal static partial nint ImageNewFromMemoryCopy(ReadOnlySpan<byte> pixels, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Vips, EntryPoint = "vips_image_write_to_memory")]
    internal static partial nint ImageWriteToMemory(VipsImage image, out nuint size);

    [LibraryImport(Vips, EntryPoint = "vips_array_double_new")]
    internal static partial nint ArrayDoubleNew([In] double[] numbers, int count);

    [LibraryImport(GObject, EntryPoint = "g_object_unref")]
    internal static partial void ObjectUnref(nint instance);

    [LibraryImport(GObject, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ObjectSetProperty(GObjectHandle instance, string name, in GValue value);

    [LibraryImport(GObject, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ObjectGetProperty(GObjectHandle instance, string name, ref GValue value);

    [LibraryImport(GObject, EntryPoint = "g_type_fundamental")]
    internal static partial nuint TypeFundamental(nuint type);

    [LibraryImport(GObject, EntryPoint = "g_value_init")]
    internal static partial nint ValueInit(ref GValue value, nuint type);

    [LibraryImport(GObject, EntryPoint = "g_value_unset")]
    internal static partial void ValueUnset(ref GValue value);

    [LibraryImport(GObject, EntryPoint = "g_value_set_boolean")]
    internal static partial void ValueSetBoolean(ref GValue value, int content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_int")]
    internal static partial void ValueSetInt(ref GValue value, int content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_double")]
    internal static partial void ValueSetDouble(ref GValue value, double content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_enum")]
    internal static partial void ValueSetEnum(ref GValue value, int content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_flags")]
    internal static partial void ValueSetFlags(ref GValue value, uint content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ValueSetString(ref GValue value, string content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_object")]
    internal static partial void ValueSetObject(ref GValue value, GObjectHandle content);

    [LibraryImport(GObject, EntryPoint = "g_value_take_boxed")]
    internal static partial void ValueTakeBoxed(ref GValue value, nint content);

    [LibraryImport(GObject, EntryPoint = "g_value_get_double")]
    internal static partial double ValueGetDouble(in GValue value);

    [LibraryImport(GObject, EntryPoint = "g_value_get_boxed")]
    internal static partial nint ValueGetBoxed(in GValue value);

    [LibraryImport(GObject, EntryPoint = "g_value_dup_object")]
    internal static partial nint ValueDupObject(in GValue value);

    [LibraryImport(GLib, EntryPoint = "g_log_set_default_handler")]
    internal static unsafe partial nint LogSetDefaultHandler(delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void> handler, nint state);

    [LibraryImport(GLib, EntryPoint = "g_free")]
    internal static partial void Free(nint memory);

    [LibraryImport(GLib, EntryPoint = "g_strfreev")]
    internal static partial void FreeStrings(nint strings);
}
