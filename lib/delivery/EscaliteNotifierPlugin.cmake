# escalite_notifier_plugin(<name> <source>…): a plug-in library with notifiers. Its metadata, which the program reads before
# it loads the library, is escalite-notifier.json: the version of Escalite it was built for.
if(NOT ESCALITE_VERSION)
    set(ESCALITE_VERSION ${PROJECT_VERSION})
endif()
function(escalite_notifier_plugin name)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}-metadata)
    file(CONFIGURE OUTPUT ${folder}/escalite-notifier.json CONTENT "{ \"escalite\": \"@ESCALITE_VERSION@\" }\n" @ONLY)
    add_library(${name} MODULE ${ARGN})
    set_target_properties(${name} PROPERTIES AUTOMOC ON PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    target_include_directories(${name} PRIVATE ${folder})
    target_link_libraries(${name} PRIVATE Escalite::NotifierPlugin)
endfunction()
