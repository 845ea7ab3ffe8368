using ImageHub.Application.Errors;

namespace ImageHub.Application.WebDav;

/// <summary>Errors that several methods of WebDAV have in common.</summary>
internal static class DavProblems
{
    /// <summary>404 for an address without a folder or file.</summary>
    public static ProblemException NotFound() => new(Problems.NotFound, "There is no such folder or file.");

    /// <summary>409 for an address whose parent folder does not exist (RFC 4918, section 9.7.1).</summary>
    public static ProblemException NoSuchFolder() => new(Problems.NoSuchFolder, "The parent folder does not exist; create it first.");

    /// <summary>405 for a new folder whose address is taken (RFC 4918, section 9.3.1).</summary>
    public static ProblemException FolderExists() => new(Problems.MethodNotAllowed, "There is a folder or file with this name already.");

    /// <summary>409 for a file whose stored name differs from the requested one and belongs to another image.</summary>
    /// <param name="requested">The requested name.</param>
    /// <param name="stored">The name under which the file would be stored.</param>
    public static ProblemException NameTaken(string requested, string stored) =>
        new(Problems.DuplicateFileName, $"'{requested}' would be stored as '{stored}', and another image has this name. Rename one of them, or write to the address of '{stored}' to replace it.");

    /// <summary>409 for the deletion of an image by an address that differs from its stored name, because the client may mean another file.</summary>
    /// <param name="requested">The requested name.</param>
    /// <param name="stored">The image's name.</param>
    public static ProblemException NotStoredName(string requested, string stored) =>
        new(Problems.DuplicateFileName, $"The image at this address is called '{stored}', not '{requested}'; send DELETE to the address of '{stored}'.");

    /// <summary>409 for the deletion of an address to which an upload is running or has just failed, because the client may mean the upload.</summary>
    /// <param name="name">The name at the address.</param>
    public static ProblemException UploadFailed(string name) =>
        new(Problems.UploadFailed, $"An upload to this address is running or has just failed. '{name}' was not deleted, because it may have been there before. Send DELETE again in a minute to delete it.");

    /// <summary>412 for an existing destination that may not be replaced (RFC 4918, section 10.6).</summary>
    public static ProblemException OverwriteForbidden() => new(Problems.PreconditionFailed, "There is something at the destination, and Overwrite is F.");

    /// <summary>The error for a folder that got the name of the destination after the request began: 412 with <c>Overwrite: F</c>, otherwise 409.</summary>
    public static ProblemException FolderAppeared(string name, bool mayOverwrite) =>
        mayOverwrite ? new(Problems.DuplicateFileName, $"Another folder got the name '{name}' meanwhile; send the request again.") : OverwriteForbidden();

    /// <summary>412 for a condition that held when the request began.</summary>
    public static ProblemException ConditionFailed(string name) => new(Problems.PreconditionFailed, $"'{name}' was changed meanwhile, so the condition no longer holds.");

    /// <summary>
    /// The error for a file that was moved, renamed or removed after the request began: 412 if the request depends on an entity tag, otherwise 404.
    /// </summary>
    public static ProblemException Gone(string name, DavConditions conditions) => conditions.HasETags ? ConditionFailed(name) : NotFound();
}
