using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ImageHub.Client;

/// <summary>
/// The API of an ImageHub server, generated from the server's OpenAPI document: a method for each operation except <c>uploads-send</c>. A method throws
/// <see cref="ApiException{TResult}"/> of <see cref="ProblemDocument"/> if the server refuses the request, and <see cref="ApiException"/> for other unexpected
/// responses, such as a proxy's error.
/// </summary>
public partial class ImageHubClient
{
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings)
    {
        settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        settings.Converters.Add(new JsonStringEnumConverter());
        settings.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WriteCleared } };
    }

    /// <summary>Writes the cleared properties of a <see cref="Change"/> as null.</summary>
    private static void WriteCleared(JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(Change)))
        {
            return;
        }

        foreach (var property in type.Properties)
        {
            var name = ((MemberInfo)property.AttributeProvider!).Name;
            property.ShouldSerialize = (change, value) => value is not null || ((Change)change).Clears(name);
        }
    }
}
