using Mono.Cecil;

namespace ImageHub.UnitTests.Architecture;

/// <summary>
/// The dependencies of the layers, read from the signatures, attributes and calls in the compiled assemblies. Dependencies point inward only.
/// </summary>
public sealed class LayerTests
{
    private static readonly string[] Layers = ["Domain", "Application", "Infrastructure", "Api", "Migrations", "Client"];

    /// <summary>The prefixes of the assemblies for PostgreSQL and HTTP.</summary>
    private static readonly string[] Outside = ["Npgsql", "System.Net.Http", "Microsoft.AspNetCore"];

    /// <summary>The prefixes of EF Core's methods that take SQL.</summary>
    private static readonly string[] RawSql = ["FromSql", "ExecuteSql", "SqlQuery"];

    [Theory]
    [InlineData("Domain", "")]
    [InlineData("Application", "Domain")]
    [InlineData("Infrastructure", "Domain Application")]
    [InlineData("Migrations", "Domain Application Infrastructure")]
    [InlineData("Client", "")]
    [InlineData("Api", "Domain Application Infrastructure Client")]
    public void A_layer_references_only_inner_layers(string layer, string allowed)
    {
        using var assembly = Read(layer);

        var outward = Layers.Where(other => assembly.MainModule.AssemblyReferences.Any(reference => reference.Name == $"ImageHub.{other}")).Except(allowed.Split(' '));

        outward.ShouldBeEmpty();
    }

    [Fact]
    public void Only_composition_and_hosting_code_of_the_API_references_the_infrastructure()
    {
        using var api = Read("Api");

        var users = api.MainModule.Types.Where(type => Mentioned(type).Any(name => name.StartsWith("ImageHub.Infrastructure", StringComparison.Ordinal)));

        users.Select(type => type.Name).Order(StringComparer.Ordinal).ShouldBe(["Banner", "ImageHubApp", "Program", "StartUpErrors"]);
    }

    [Fact]
    public void The_application_references_EF_Core_but_neither_PostgreSQL_nor_HTTP()
    {
        using var application = Read("Application");

        var references = application.MainModule.AssemblyReferences.Select(reference => reference.Name).ToList();

        references.ShouldContain("Microsoft.EntityFrameworkCore");
        references.Where(name => Outside.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void The_application_sends_no_raw_SQL()
    {
        using var application = Read("Application");

        var calls = Calls(application)
            .Where(call => NamespaceAround(call.Called.DeclaringType) == "Microsoft.EntityFrameworkCore" && RawSql.Any(prefix => call.Called.Name.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(call => $"{call.Caller.FullName}: {call.Called.Name}");

        calls.ShouldBeEmpty();
    }

    /// <summary>An HTTP status is part of the contract; the application only copies it to a response, and uses <c>ProblemKind</c> for decisions.</summary>
    [Fact]
    public void The_application_only_copies_HTTP_statuses_to_responses()
    {
        using var application = Read("Application");

        var readers = Calls(application)
            .Where(call => call.Called is { Name: "get_Status", ReturnType.FullName: "System.Int32" } && call.Caller.DeclaringType.FullName != call.Called.DeclaringType.FullName)
            .Select(call => $"{call.Caller.DeclaringType.Name}.{call.Caller.Name}");

        readers.ShouldBe(["BulkImagesHandler.Failed"]);
    }

    [Fact]
    public void The_uploader_calls_the_JSON_routes_by_the_client_only()
    {
        using var api = Read("Api");

        var called = Calls(api)
            .Where(call => NamespaceAround(call.Caller.DeclaringType) == "ImageHub.Api.Console.Adding")
            .Select(call => NamespaceAround(call.Called.DeclaringType) switch
            {
                "System.Net.Http" when call.Called.DeclaringType.Name == "HttpClient" && call.Called.Name.EndsWith("Async", StringComparison.Ordinal) => "HttpClient",
                "System.Net.Http.Json" or "System.Text.Json" => "JSON",
                "ImageHub.Client" when call.Called.DeclaringType.Name == "ImageHubClient" => "ImageHubClient",
                _ => "",
            })
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal);

        called.ShouldBe(["ImageHubClient"]);
    }

    private static AssemblyDefinition Read(string layer) => AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, $"ImageHub.{layer}.dll"));

    /// <summary>Every call in an assembly, including calls in lambdas and nested types.</summary>
    private static IEnumerable<(MethodDefinition Caller, MethodReference Called)> Calls(AssemblyDefinition assembly) =>
        from type in assembly.MainModule.GetTypes()
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        where instruction.Operand is MethodReference
        select (method, (MethodReference)instruction.Operand);

    /// <summary>The namespaces of all types that a type and its nested types refer to or call.</summary>
    private static IEnumerable<string> Mentioned(TypeDefinition type) => References(type).SelectMany(Parts).Select(NamespaceAround).Concat(type.NestedTypes.SelectMany(Mentioned));

    /// <summary>A type and the types it consists of: generic arguments and array elements.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification made => Parts(made.ElementType),
        _ => [type],
    };

    /// <summary>Returns a type's namespace; a nested type has the namespace of its declaring type.</summary>
    private static string NamespaceAround(TypeReference type) => type.DeclaringType is { } around ? NamespaceAround(around) : type.Namespace;

    private static IEnumerable<TypeReference> References(TypeDefinition type)
    {
        IEnumerable<TypeReference> declared =
        [
            .. type.BaseType is { } parent ? [parent] : Array.Empty<TypeReference>(),
            .. type.Interfaces.Select(implemented => implemented.InterfaceType),
            .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
            .. type.Fields.Select(field => field.FieldType),
        ];
        return declared.Concat(type.Methods.SelectMany(References));
    }

    private static IEnumerable<TypeReference> References(MethodDefinition method)
    {
        IEnumerable<TypeReference> signature =
        [
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method.CustomAttributes.Select(attribute => attribute.AttributeType),
        ];
        return !method.HasBody
            ? signature
            : [
                .. signature,
                .. method.Body.Variables.Select(variable => variable.VariableType),
                .. method.Body.ExceptionHandlers.Select(handler => handler.CatchType).OfType<TypeReference>(),
                .. method.Body.Instructions.SelectMany(instruction => instruction.Operand switch
                {
                    TypeReference used => [used],
                    GenericInstanceMethod called => called.GenericArguments.Append(called.DeclaringType),
                    MemberReference { DeclaringType: { } declaring } => [declaring],
                    _ => Array.Empty<TypeReference>(),
                }),
            ];
    }
}
