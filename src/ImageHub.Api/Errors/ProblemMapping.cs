using System.Data.Common;
using System.Text;
using System.Text.Json;
using ImageHub.Api.Links;
using ImageHub.Api.WebDav;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Errors;

/// <summary>
/// Maps all errors to problem documents (RFC 9457) with <c>code</c> and <c>requestId</c>: exceptions, rejected credentials, unknown routes and
/// unreadable bodies.
/// </summary>
internal static class ProblemMapping
{
    private const string ContentType = "application/problem+json";

    /// <summary>A row refers to a missing row.</summary>
    private const string ForeignKeyViolation = "23503";

    // PostgreSQL cancelled the transaction because of a conflict or a deadlock with concurrent transactions.
    private const string SerializationFailure = "40001";
    private const string DeadlockDetected = "40P01";

    // PostgreSQL rejects a prepared statement whose columns have changed: "cached plan must not change result type".
    private const string FeatureNotSupported = "0A000";
    private const string RevalidateCachedQuery = "RevalidateCachedQuery";

    // A table or column that an older schema does not have.
    private const string UndefinedTable = "42P01";
    private const string UndefinedColumn = "42703";

    /// <summary>The database cancelled a statement at its time limit. A disconnected client leads to another exception.</summary>
    private const string QueryCanceled = "57014";

    private static readonly TimeSpan RetryAfterOutage = TimeSpan.FromSeconds(5);

    /// <summary>Handles exceptions of later middleware, and adds bodies to error statuses without one.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = HandleAsync,

            // HandleAsync logs server errors itself, with the request's id.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(status => WriteAsync(status.HttpContext, FromStatus(status.HttpContext)));
    }

    /// <summary>Throws the 400 for model binding errors: a malformed body, or a value of the wrong type.</summary>
    public static IActionResult InvalidModel(ActionContext context)
    {
        var body = context.ActionDescriptor.Parameters.FirstOrDefault(parameter => parameter.BindingInfo?.BindingSource == BindingSource.Body)?.ParameterType;
        throw Invalid(context.ModelState.SelectMany(entry => entry.Value!.Errors.SelectMany(error => error.Exception is JsonException json
            ? JsonComplaints.Read(body!, FieldName(entry.Key), json, context.HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.JsonSerializerOptions)
            : [(FieldName(entry.Key), error.ErrorMessage.Length > 0 ? error.ErrorMessage : "The value cannot be read.")])));
    }

    /// <summary>A 400 for JSON that cannot be read.</summary>
    public static ProblemException Invalid(Type body, JsonException exception, JsonSerializerOptions options) => Invalid(JsonComplaints.Read(body, JsonComplaints.Body, exception, options));

    private static ProblemException Invalid(IEnumerable<(string Field, string Text)> complaints)
    {
        var errors = complaints
            .GroupBy(complaint => complaint.Field, complaint => complaint.Text, StringComparer.Ordinal)
            .ToDictionary(field => field.Key, field => field.ToArray(), StringComparer.Ordinal);
        var isMalformed = errors.Values.SelectMany(texts => texts).Any(text => text.StartsWith(JsonComplaints.Malformed, StringComparison.Ordinal));
        return new ProblemException(
            isMalformed ? Problems.MalformedBody : Problems.ValidationFailed,
            string.Join(' ', errors.Values.SelectMany(texts => texts).Take(3)))
        { Errors = errors };
    }

    /// <summary>Writes a problem document.</summary>
    public static async Task WriteAsync(HttpContext context, ProblemException exception)
    {
        var problem = exception.Problem;
        context.Response.StatusCode = problem.Status;
        context.Response.Headers.CacheControl = "no-store";
        UnderLinkAttribute.HideReferrer(context);
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            // Set here because the exception handler clears the headers (RFC 9110, section 11.6.1; RFC 6750, section 3).
            var isTokenRefused = problem == Problems.Unauthorized && context.Request.Headers.Authorization.Count > 0;
            context.Response.Headers.WWWAuthenticate = DavAuthentication.IsDav(context.Request) ? DavAuthentication.Challenge : isTokenRefused ? "Bearer error=\"invalid_token\"" : "Bearer";
        }

        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && problem != Problems.ObjectLost)
        {
            SetRetryAfter(context.Response, exception.RetryAfter);
        }

        if (DavErrors.FindCondition(problem) is { } condition)
        {
            await DavErrors.WriteAsync(context, condition, exception.LockedHref);
            return;
        }

        var document = new ProblemDocument(
            $"urn:imagehub:problem:{problem.Code}",
            problem.Title,
            problem.Status,
            exception.Message,
            UnderLinkAttribute.WithoutToken(context.Request.Path),
            problem.Code,
            context.TraceIdentifier,
            exception.Errors,
            exception.ExistingId,
            exception.BytesLeft,
            exception.Preview);
        await context.Response.WriteAsJsonAsync(document, ProblemJson.Relaxed.ProblemDocument, ContentType, context.RequestAborted);
    }

    private static async Task HandleAsync(HttpContext context)
    {
        var failure = context.Features.Get<IExceptionHandlerFeature>()!;

        // Reading the body often fails before RequestAborted reports the disconnect.
        if (context.RequestAborted.IsCancellationRequested || failure.Error.GetBaseException() is ConnectionAbortedException or ConnectionResetException)
        {
            SetClosedByClient(context);
            return;
        }

        try
        {
            await WriteAsync(context, FromException(context, failure));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            SetClosedByClient(context);
        }
    }

    /// <summary>Sets status 499 for a client that has disconnected. With a 404 that was not sent, ASP.NET Core would report an error of the handler.</summary>
    private static void SetClosedByClient(HttpContext context)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
    }

    private static ProblemException FromException(HttpContext context, IExceptionHandlerFeature failure)
    {
        var exception = failure.Error;
        switch (exception)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } tooLarge:
                return new ProblemException(Problems.BodyTooLarge, $"{tooLarge.Message} Split the body into several requests.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } slow:
                return new ProblemException(Problems.RequestTimeout, slow.Message);
            case BadHttpRequestException bad:
                return ProblemException.Malformed(bad.Message);
            case DecoderFallbackException:
                return ProblemException.Malformed("The request body does not match the charset in its Content-Type.");
            case var _ when HasState(exception, SerializationFailure, DeadlockDetected):
                Log(context).LogWarning("The database cancelled a transaction that conflicted with another one: {Endpoint}: {Reason}", failure.Endpoint?.DisplayName, exception.GetBaseException().Message);
                return new ProblemException(Problems.ServerBusy, "Other requests are changing the same data; send the request again.") { RetryAfter = TimeSpan.FromSeconds(1) };
            case var _ when HasState(exception, FeatureNotSupported) && Equals(exception.GetBaseException().Data["Routine"], RevalidateCachedQuery):
                Log(context).LogWarning("A prepared statement failed because another version changed the database; all connections are reopened: {Reason}", exception.GetBaseException().Message);
                return new ProblemException(Problems.ServerBusy, "The database has just been changed by a newer version; send the request again.") { RetryAfter = TimeSpan.FromSeconds(1) };
            case var _ when exception is not OperationCanceledException && HasState(exception, QueryCanceled):
                return new ProblemException(Problems.ServerBusy, "The request takes the database too long; request less data, or try again later.");
            case var _ when HasState(exception, ForeignKeyViolation):
                return new ProblemException(Problems.NotFound, "The resource has been deleted in the meantime.");
            case var _ when HasState(exception, UndefinedTable, UndefinedColumn):
                if (context.RequestServices.GetRequiredService<DatabaseState>().IsPrepared)
                {
                    Log(context).LogError("A part of the database schema is missing; was a backup restored while the server was running? {Reason}", exception.GetBaseException().Message);
                }

                return new ProblemException(Problems.DatabaseUnavailable, "The database is being updated; try again.");
            case var _ when DiskFailures.IsDiskFailure(exception):
                Log(context).LogError("The disk of the data directory cannot be read or written: {Reason}", exception.Message);
                return ProblemException.DiskFailed();
            case var _ when DatabaseOutage.IsProtocolError(exception):
                Log(context).LogError(exception, "The database's answers do not belong to the statement: {Endpoint}", failure.Endpoint?.DisplayName);
                return new ProblemException(Problems.DatabaseUnavailable, "A connection to the database has failed; try again.");
            case var _ when DatabaseOutage.Explains(exception):
                Log(context).LogWarning("The database cannot be reached: {Reason}", DatabaseOutage.FindReason(exception));
                return new ProblemException(Problems.DatabaseUnavailable, "The database does not respond; try again.");
            default:
                Log(context).LogError(exception, "{Endpoint} failed", failure.Endpoint?.DisplayName);
                return new ProblemException(Problems.Unexpected, "Something went wrong on the server; its log has the request id.");
        }
    }

    /// <summary>Sets <c>Retry-After</c> in whole seconds.</summary>
    public static void SetRetryAfter(HttpResponse response, TimeSpan? after)
    {
        var wait = Math.Max(1, (int)Math.Ceiling((after ?? RetryAfterOutage).TotalSeconds));
        response.Headers.RetryAfter = wait.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static ILogger Log(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProblemMapping));

    /// <summary>Whether the database returned one of these error codes (PostgreSQL, appendix A).</summary>
    private static bool HasState(Exception? exception, params string[] states) =>
        exception is not null && ((exception is DbException { SqlState: { } state } && states.Contains(state, StringComparer.Ordinal)) || HasState(exception.InnerException, states));

    private static ProblemException FromStatus(HttpContext context)
    {
        var (method, path) = (context.Request.Method, UnderLinkAttribute.WithoutToken(context.Request.Path));
        return context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized when DavAuthentication.IsDav(context.Request) => new(
                Problems.Unauthorized, "Send the user name and an API key as the password; the password of the account does not work here."),
            StatusCodes.Status401Unauthorized => new(Problems.Unauthorized, "Sign in and send the access token as Authorization: Bearer, or its cookie."),
            StatusCodes.Status403Forbidden => new(Problems.Forbidden, "The account's role does not allow this."),
            StatusCodes.Status405MethodNotAllowed => new(Problems.MethodNotAllowed, $"{path} does not allow {method}; see the Allow header."),
            StatusCodes.Status412PreconditionFailed => new(Problems.PreconditionFailed, "The resource has changed: If-Match or If-Unmodified-Since does not match the current version."),
            StatusCodes.Status413PayloadTooLarge => new(Problems.BodyTooLarge, "The request body is larger than this route allows."),
            StatusCodes.Status415UnsupportedMediaType => new(
                Problems.UnsupportedMediaType, $"{path} does not accept Content-Type '{context.Request.ContentType}'; send application/json."),
            StatusCodes.Status416RangeNotSatisfiable => new(Problems.RangeNotSatisfiable, $"Range '{context.Request.Headers.Range}' lies outside the file."),
            StatusCodes.Status404NotFound => new(Problems.NotFound, $"There is nothing at {path}."),
            var status => new(Problems.RequestRefused with { Status = status }, $"{method} {path} was rejected: {ReasonPhrases.GetReasonPhrase(status)}."),
        };
    }

    private static string FieldName(string key) => key switch
    {
        "" or "$" => JsonComplaints.Body,
        _ when key.StartsWith("$.", StringComparison.Ordinal) => key[2..],
        _ => string.Join('.', key.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName)),
    };
}
